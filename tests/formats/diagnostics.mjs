// Holds a report against reviewdog's format, and prints what is wrong.

import { createRequire } from "node:module";

const { RDFormatValidator } = createRequire(import.meta.url)(
    `${process.env.MULEGUARD_TEST_MODULES}/@umbrelladocs/rdformat-validator`,
);

const validator = new RDFormatValidator({ strictMode: true, allowExtraFields: false });
const { valid, errors, warnings } = await validator.validateFile(process.argv[2]);
process.stdout.write(JSON.stringify({ valid, errors, warnings }));
