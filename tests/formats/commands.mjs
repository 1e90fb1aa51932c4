// Reads workflow commands as the runner of GitHub Actions does, has @actions/core write them anew, and prints both: the
// fields of each command, and the line that core makes of them.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(`${process.env.MULEGUARD_TEST_MODULES}/@actions/core/lib/core.js`));

const unescapeData = (text) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
const unescapeProperty = (text) => unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));

function capture(write) {
    const lines = [];
    const original = process.stdout.write;
    process.stdout.write = (text) => lines.push(text);
    try {
        write();
    } finally {
        process.stdout.write = original;
    }
    return lines.join("").replace(/\n$/, "");
}

const commands = [];
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
    const match = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line);
    if (!match) continue;
    const [, name, list, data] = match;
    const fields = Object.fromEntries(list.split(",").map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))];
    }));
    const message = unescapeData(data);
    const properties = {
        title: fields.title, file: fields.file, startLine: fields.line, endLine: fields.endLine,
        startColumn: fields.col, endColumn: fields.endColumn,
    };
    commands.push({ name, fields, message, line, core: capture(() => core[name](message, properties)) });
}
process.stdout.write(JSON.stringify(commands));
