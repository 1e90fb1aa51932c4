//! A gauntlet of hostile fixtures in one table: what a script makes, how it is scanned, the exit code and what is said. What
//! must hold whatever comes is checked for every row. `tests/promises/` has what needs more than a row.

#[path = "common/mod.rs"]
mod common;

use std::{
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use common::{Ran, Sandbox, assert_hidden, key};

/// What it is called, the script that makes it, the command line, the exit code, and what the output holds.
struct Case(&'static str, &'static str, &'static str, i32, &'static str);

/// What scripts have: `$K` is a key; `repo` makes a repository of two commits, the second one with the key in `b.py`.
const PRELUDE: &str = r#"
set -eu
py() { python3 -c "import bz2, gzip, hashlib, io, lzma, os, struct, sys, tarfile, zipfile, zlib
K = os.environ['K']; line = ('k = \"%s\"\n' % K).encode()
def put(name, data): open(name, 'wb').write(data)
$1"; }
repo() { git init -q -b main; echo x > a.py; git add -A; git commit -qm one; echo "k = '$K'" > b.py; git add -A; git commit -qm two; }
clean() { git init -q -b main; echo x > a.py; git add -A; git commit -qm one; echo y > b.py; git add -A; git commit -qm two; }
file_of() { id=$(git rev-parse "$1"); file=.git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-); chmod +w $file; }
pack() { echo $1 | git pack-objects -q .git/objects/pack/pack; rm .git/objects/$(echo $1 | cut -c1-2)/$(echo $1 | cut -c3-); }
list_as() { py "import glob, hashlib
for name in glob.glob('.git/objects/pack/*.idx'):
    b = open(name, 'rb').read(); n = struct.unpack('>I', b[1028:1032])[0]; at = 1032 + 20 * n; names = $1
    rows = [(b[1032 + 20 * i:1052 + 20 * i].hex(), b[at + 4 * i:at + 4 * i + 4], b[at + 4 * n + 4 * i:at + 4 * n + 4 * i + 4]) for i in range(n)]
    rows = sorted((bytes.fromhex(names.get(row[0], row[0])), row[1], row[2]) for row in rows)
    fanout = b''.join(struct.pack('>I', sum(row[0][0] <= first for row in rows)) for first in range(256))
    new = b[:8] + fanout + b''.join(b''.join(row[part] for row in rows) for part in range(3)) + b[-40:-20]
    os.chmod(name, 0o644); put(name, new + hashlib.sha1(new).digest())"; }
list() { py "put('.git/made', b''.join(m.encode() + b' ' + n.encode() + bytes(1) + bytes.fromhex(i) for m, n, i in (e.split() for e in '$1'.split(','))))"; object tree < .git/made; }
index() { py "e = bytes(24) + struct.pack('>I', 0o$1) + bytes(12) + bytes.fromhex('$2') + bytes([0, 1]) + b'x'; b = b'DIRC' + struct.pack('>II', 2, 1) + e + bytes(8 - len(e) % 8); put('.git/index', b + hashlib.sha1(b).digest())"; }
blob() { echo "$1" | git hash-object -w --stdin; }
commit() { git commit-tree "$@" -m x > .git/made; cp .git/made .git/refs/heads/x; }
folder() { echo $K > k.py; git add k.py; git write-tree; git reset -q --hard; }
object() { git hash-object -w --literally -t $1 --stdin; }
"#;

const HISTORY: &str = "scan --no-cache --history";
const COMPLETE: &str = "\ncomplete";

#[rustfmt::skip] // A line each.
const CASES: &[Case] = &[
    // Settings that put the work tree elsewhere.
    Case("a tracked file is ignored, and git's settings say there is no work tree", "repo; echo b.py > .gitignore; git config core.bare true", "scan .", 1, "b.py:1"),
    Case("a tracked file is ignored, and git's settings put the work tree elsewhere", "repo; echo b.py > .gitignore; git config core.worktree /etc", "scan .", 1, "b.py:1"),
    Case("a tracked file is ignored, and git's settings put the work tree above", "mkdir d; cd d; repo; echo b.py > .gitignore; git config core.worktree ../..", "scan d", 1, "b.py:1"),
    Case("a tracked file is ignored in a repository without HEAD", "repo; echo b.py > .gitignore; rm .git/HEAD", "scan .", 1, "b.py:1"),
    Case("files are ignored in what is no repository", "echo b.py > .gitignore; echo $K > b.py; mkdir .git", "scan .", 2, "is no repository"),
    Case("files are ignored where the repository is gone", "echo b.py > .gitignore; echo $K > b.py; echo 'gitdir: none' > .git", "scan .", 2, "is no repository"),
    // Files of git's that are there and cannot be opened.
    Case("a link to itself in place of the index", "repo; echo 'b*' > .gitignore; ln -sf index .git/index", "scan .", 2, "cannot tell which ignored files are tracked"),
    Case("a link through a file in place of the index", "repo; ln -sf HEAD/x .git/index", "scan --staged", 2, "index"),
    Case("a link to itself in place of the index, in a hook", "repo; ln -sf index .git/index", "hook run pre-commit", 2, "index"),
    Case("a link to itself in place of the index of a repository below", "mkdir r; cd r; repo; echo 'b*' > .gitignore; ln -sf index .git/index", "scan .", 2, "cannot tell which ignored files are tracked"),
    Case("a link to nowhere in place of the index, which is none for git", "clean; ln -sf gone .git/index", "scan .", 0, COMPLETE),
    Case("a tracked file in a folder that cannot be entered", "clean; mkdir d; echo $K > d/k.env; echo d > .gitignore; git add -f .; git commit -qm x; rm -r d; ln -s d d", "scan .", 2, "d/k.env"),
    Case("a tracked file in what is no folder any more", "clean; mkdir d; echo $K > d/k.env; git add .; git commit -qm x; rm -r d; echo x > d", "scan .", 0, COMPLETE),
    Case("a link to itself in place of packed refs", "repo; git branch side; git reset -q --hard HEAD~1; git pack-refs --all; rm -r .git/logs .git/packed-refs; ln -s packed-refs .git/packed-refs", HISTORY, 2, "packed refs"),
    Case("a name that is too long in place of packed refs", "repo; git branch side; git reset -q --hard HEAD~1; git pack-refs --all; rm -r .git/logs .git/packed-refs; ln -s $(printf 'x%.0s' $(seq 300)) .git/packed-refs", HISTORY, 2, "packed refs"),
    Case("a ref that is a link to itself", "repo; git branch d/side; git reset -q --hard HEAD~1; rm -r .git/logs; ln -sf side .git/refs/heads/d/side", HISTORY, 2, "refs/heads/d/side"),
    Case("a ref that is a link to nowhere", "repo; git branch d/side; git reset -q --hard HEAD~1; rm -r .git/logs; ln -sf gone .git/refs/heads/d/side", HISTORY, 2, "refs/heads/d/side"),
    Case("a ref that is a link through a file", "repo; git branch d/side; git reset -q --hard HEAD~1; rm -r .git/logs; ln -sf ../main/x .git/refs/heads/d/side", HISTORY, 2, "refs/heads/d/side"),
    Case("a folder of refs that is a link to itself", "repo; git branch d/side; git reset -q --hard HEAD~1; rm -r .git/logs .git/refs/heads/d; ln -s d .git/refs/heads/d", HISTORY, 2, "refs/heads/d"),
    Case("a ref that names another one by a link, as git once made them", "repo; mkdir -p .git/refs/remotes/origin; git update-ref refs/remotes/origin/main HEAD~1; ln -s refs/remotes/origin/main .git/refs/remotes/origin/HEAD", HISTORY, 1, COMPLETE),
    // Links.
    Case("a link whose target is a key", "ln -s $K a; echo x > b", "scan .", 1, "a:1:1"),
    Case("a tracked link whose target is a key, where it is ignored", "git init -q; ln -s $K a; echo x > b; echo a > .gitignore; git add -f a", "scan .", 1, "a:1:1"),
    Case("a configuration of one of several paths", "git init -q; mkdir a; echo $K > k.py; echo x > a/x.py; echo 'ignore = [\"mulerouter-key\"]' > a/muleguard.toml", "scan a/x.py k.py", 1, "k.py:1"),
    Case("a key in the id of a rule", "printf '[[key-shape]]\nid = \"%s\"\nregex = \"abcdefgh[0-9]{4}\"\n' $K > muleguard.toml; echo abcdefgh1234 > a", "scan .", 2, "words of at most 20 letters"),
    Case("a key in the rule of an entry", "printf '{\"secret_id\":\"aaaaaaaaaaaa\",\"rule\":\"%s\",\"reason\":\"x\"}\n' $K > muleguard.baseline.jsonl; echo x > a", "baseline check", 1, "there is no rule"),
    Case("tags that are not seen amid a key", r#"py "put('a.py', (K[:20] + chr(0xe0041) + K[20:]).encode())""#, "scan .", 1, "1 leak"),
    // Ignore files that git reads in another way than others do.
    Case("braces in an ignore file, which git takes as they are", "git init -q; echo $K > a.py; printf '*.{py,txt}\n' > .gitignore", "scan .", 1, "a.py:1"),
    Case("braces in an ignore file of a folder", "git init -q; mkdir d; echo $K > d/a.py; printf '*.{py,txt}\n' > d/.gitignore", "scan .", 1, "d/a.py:1"),
    Case("braces in an ignore file above", "git init -q; mkdir d; echo $K > d/a.py; printf '*.{py,txt}\n' > .gitignore", "scan d", 1, "d/a.py:1"),
    Case("a list in an ignore file that matches no slash", "git init -q; mkdir -p deep/a/b; echo $K > deep/a/b/x; printf 'a[!-9]b\n' > .gitignore", "scan .", 1, "deep/a/b/x:1"),
    Case("a tab at the end of a line of an ignore file", "git init -q; echo $K > secrets; printf 'secrets\t\n' > .gitignore", "scan .", 1, "secrets:1"),
    Case("what is ignored beside braces", "git init -q; echo $K > a.py; echo x > b; printf '*.{a,b}\n*.py\n' > .gitignore", "scan .", 0, COMPLETE),
    Case("braces in an ignore file of a repository below", "mkdir r; cd r; git init -q; echo $K > a.py; printf '*.{py,txt}\n' > .gitignore", "scan .", 1, "r/a.py:1"),
    Case("what is ignored beside braces in a repository below", "echo x > b; mkdir -p r/made/x; cd r; git init -q; echo $K > made/x/a.py; printf '*.{a,b}\nmade/\n' > .gitignore", "scan .", 0, COMPLETE),
    Case("an ignore file that is a link", "git init -q; mkdir s; echo '*.py' > s/real; echo $K > a.py; ln -s s/real .gitignore", "scan .", 1, "a.py:1"),
    Case("excludes that the repository's settings put aside", "git init -q; mkdir -p ~/.config/git; echo '*.py' > ~/.config/git/ignore; git config core.excludesFile /dev/null; echo $K > a.py; echo x > b", "scan .", 1, "a.py:1"),
    // Marks that reach further than anybody meant.
    Case("a range of lines that is never closed", "printf '# muleguard: ignore-%s[mulerouter-key] x\nk = \"%s\"\n' start $K > a.py", "scan .", 1, "a.py:2"),
    Case("an end without a beginning", "printf '# muleguard: ignore-%s[mulerouter-key]\n' end > a.py", "scan .", 1, "unused-ignore"),
    Case("a mark for a mistyped rule", "printf 'x # muleguard%s\n' ': ignore[mulerouter-kye]' > a.py", "scan .", 1, "did you mean `mulerouter-key`"),
    Case("a mark in a file with old line ends", r#"printf 'x = "%s"\ry # muleguard%s\r' $K ': ignore[mulerouter-key] x' > a.py"#, "scan .", 1, "1 leak found"),
    // Names that the tree gave itself.
    Case("a branch that is called as the base is", "repo; git update-ref refs/heads/origin/main HEAD; git update-ref refs/remotes/origin/main HEAD~1", "scan --range origin/main..HEAD", 2, "may be refs/heads/origin/main or refs/remotes/origin/main"),
    Case("a tag that is called as an object could be", "repo; git tag 3333333333333333333333333333333333333333 HEAD", "scan --range 3333333333333333333333333333333333333333..HEAD", 2, "there is no commit"),
    Case("a policy of an ambiguous revision", "repo; git update-ref refs/heads/origin/main HEAD; git update-ref refs/remotes/origin/main HEAD~1", "scan --policy-from origin/main .", 2, "write out which one is meant"),
    Case("a tracked file that a repository below ignores", "mkdir r; cd r; git init -q; echo '*.env' > .gitignore; echo $K > a.env; git add -f .", "scan .", 1, "r/a.env:1"),
    Case("a key in pieces in a subject", "git init -q; git commit -q --allow-empty -m \"was \\\"${K:0:6}\\\" + \\\"${K:6:24}\\\" + \\\"${K:30}\\\"\"", "scan --no-cache --history .", 1, "COMMIT_EDITMSG"),
    Case("a hook with a closed input", "git init -q", "hook run pre-push <&-", 2, "it is closed"),
    Case("a code for findings that means none", "echo $K > a.py", "scan --exit-code 0 .", 2, "0 is not in 1..=255"),
    Case("a configuration that ignores a rule that is not there", "printf '[[ignore-in]]\npaths = [\"x\"]\nrules = [\"mulerouter-kye\"]\nreason = \"x\"\n' > muleguard.toml; echo x > a", "scan .", 2, "muleguard.toml:2: there is no rule"),
    // Reports, decisions and settings of muleguard's own.
    Case("a configuration with a key in a pattern, as JSON", "printf 'exclude = [\"%s\"]\n' $K > muleguard.toml", "config show -f json", 0, "exclude"),
    Case("two reports in one file", "echo x > a.py", "scan -o json:x -o sarif:x .", 2, "two reports"),
    Case("a report in a file called -", "echo x > a.py", "scan -o json:- .", 2, "--output writes files"),
    Case("a branch that is named after a key", "repo; git branch b-${K#sk-mr-}; git reset -q --hard HEAD~1", "scan --no-cache --history", 1, "b.py"),
    Case("a service that is named after its key", "printf 'services:\n  s%s:\n    environment:\n      API_KEY: %s\n' ${K#sk-mr-} $K > docker-compose.yml", "scan .", 1, "docker-compose.yml:4"),
    Case("a key accepted until a day that is over", "echo $K > a.py", "baseline add --all --reason x --until 2020-01-01", 2, "is over"),
    // What the user wrote.
    Case("a configuration that is nothing but a key", "echo $K > muleguard.toml", "scan .", 2, "expected"),
    Case("a rule file with a key in it that does not end", "echo \"id = '$K\" > r.toml; echo x > a.py", "scan --rules r.toml .", 2, "r.toml:1"),
    Case("a baseline with a key in a broken line", "printf '{\"secret_id\":\"%s\", \"rule\" \"%s\"\\n' $K $K > muleguard.baseline.jsonl; echo x > a.py", "scan .", 2, "muleguard.baseline.jsonl"),
    Case("an expression that repeats repetitions", "printf '[[key-shape]]\\nid = \"x\"\\nregex = \"acme_((((a{5}){100}){100}){10})\"\\n' > muleguard.toml", "config check", 2, "too large"),
    // Members that are no files.
    Case("a tar member of an unknown type", r#"py "b = io.BytesIO(); t = tarfile.open(fileobj=b, mode='w'); i = tarfile.TarInfo('odd'); i.size = len(line); t.addfile(i, io.BytesIO(line)); t.close()
r = bytearray(b.getvalue()); r[156] = ord('Z'); s = sum(r[:148]) + 256 + sum(r[156:512]); r[148:156] = b'%06o' % s + bytes(1) + b' '; put('x.tar', bytes(r))""#, "scan -z .", 1, "x.tar!odd:1"),
    Case("a zip member that is called a folder", r#"py "z = zipfile.ZipFile('x.zip', 'w', zipfile.ZIP_DEFLATED); z.writestr('d/', line); z.close()""#, "scan -z .", 1, "1 leak"),
    // Names.
    Case("a name that is not UTF-8", r#"py "put(b'\\xff\\xfe.py', line)""#, "scan .", 1, "1 leak"),
    Case("a name with a line end and a command", r#"echo $K > "$(printf 'a\n::error::x.py')""#, "scan .", 1, r"a\x0a::error::x.py"),
    Case("a name that turns its direction", r#"echo $K > "$(printf 'a\342\200\256yp.b')""#, "scan .", 1, r"a\u{202e}yp.b"),
    Case("a name that looks like a flag", "echo $K > ./-rf.py", "scan .", 1, "-rf.py:1"),
    Case("two names that look the same", r#"echo $K > "$(printf 'e\314\201')"; echo $K > "$(printf '\303\251')""#, "scan .", 1, "2 leaks"),
    Case("a file that is named after a key", "echo x > $K; echo $K > $K.py", "scan .", 1, "….py:1"),
    Case("an argument with a key in it", "true", "scan --$K", 2, "unexpected argument"),
    Case("a path that is too long", "true", "scan $(printf n/%.0s $(seq 3000))", 2, "too long"),
    Case("no path", "true", "scan ''", 2, "a value is required"),
    Case("one file under many spellings", "echo $K > a.py; mkdir d", "scan a.py ./a.py .//a.py .", 1, "1 leak found"),
    Case("one file under paths with dots", "mkdir d e; echo $K > d/a.py", "scan d/a.py d//a.py ./d/./a.py e/../d/a.py \"$PWD/d/a.py\" e/.. d/../d", 1, "1 leak found"),
    Case("dots behind a link", "mkdir -p d/e; ln -s d/e l; echo x > a.py; echo $K > d/a.py", "scan a.py l/../a.py", 1, "l/../a.py:1"),
    // Encodings.
    Case("UTF-16 without a mark", r#"py "put('a.py', line.decode().encode('utf-16-le'))""#, "scan .", 1, "1 leak"),
    Case("UTF-16 at an odd offset", r#"py "put('a.py', b'x' + line.decode().encode('utf-16-be'))""#, "scan .", 1, "1 leak"),
    Case("a key amid bytes that are no text", r#"py "put('a.py', b'\\xff' + K.encode() + b'\\xff')""#, "scan .", 1, "1 leak"),
    Case("a key behind a binary", r#"py "put('a.bin', bytes(range(256)) * 9000 + line)""#, "scan .", 1, "1 leak"),
    Case("old line ends", r#"printf 'a\rk = "%s"\rb\r' $K > a.py"#, "scan .", 1, "1 leak"),
    // File systems.
    Case("nothing but empty files", "touch a b", "scan .", 0, COMPLETE),
    Case("nothing but a link", "ln -s /etc/hostname a", "scan .", 2, "nothing"),
    Case("a tree of links to everything", "echo $K > a; ln -s / b; ln -s .. c; ln -s d d; ln -s /proc/self/fd/0 e; ln -s /dev/zero f", "scan -L .", 1, "1 leak found"),
    Case("a link out of the tree", "echo $K > ../out; ln -s ../out l; echo x > a", "scan -L .", 0, "symbolic-link 1"),
    Case("a file of much nothing", "truncate -s 200M a; echo $K > b", "scan .", 1, "1 leak found"),
    Case("a chain of links that is too long", "echo x > l0; for i in $(seq 60); do ln -s l$((i - 1)) l$i; done", "scan -L .", 2, "symbolic links"),
    Case("a repository in the tree that ignores itself", "mkdir -p n/.git/objects n/.git/refs; echo 'ref: refs/heads/m' > n/.git/HEAD; echo '*' > n/.gitignore; echo $K > n/k.py", "scan --isolated .", 1, "n/k.py"),
    Case("a .git that leads nowhere", "echo 'gitdir: /nowhere' > .git; echo $K > a", "scan .", 1, "a:1"),
    // Archives.
    Case("a member with a path that climbs", r#"py "z = zipfile.ZipFile('a.zip', 'w'); z.writestr('../../../etc/x', line)""#, "scan -z .", 1, "a.zip!../../../etc/x:1"),
    Case("a member with a command for a name", r#"py "z = zipfile.ZipFile('a.zip', 'w'); z.writestr('##vso[x]y', line)""#, "scan -z .", 1, r"\x23#vso[x]y"),
    Case("a program that is a zip file", r#"py "b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', 8); z.writestr('a.py', line); z.close(); put('a', b'#!/usr/bin/env python3\\n' + b.getvalue())""#, "scan -z .", 1, "a!a.py:1"),
    Case("members that overlap", OVERLAP, "scan -z .", 2, "unpacks to more than"),
    Case("a gzip bomb", r#"py "put('a.gz', gzip.compress(bytes(100_000_000)))""#, "scan -z .", 2, "unpacks to more than"),
    Case("gzip in gzip in gzip", r#"py "
b = line
for _ in range(30): b = gzip.compress(b)
put('a', b)""#, "scan -z .", 2, "to a depth of more than 8"),
    Case("a gzip file that is cut off behind the key", r#"py "put('a.gz', gzip.compress(line + os.urandom(9000))[:-4000])""#, "scan -z .", 1, "the archive ends too early"),
    Case("a gzip file with garbage behind it", r#"py "put('a.gz', gzip.compress(line) + b'garbage')""#, "scan -z .", 1, "INCOMPLETE"),
    Case("a gzip file with zeros behind it", r#"py "put('a.gz', gzip.compress(line) + bytes(999))""#, "scan -z .", 1, COMPLETE),
    Case("a zip file with a wrong sum", r#"py "
b = io.BytesIO(); z = zipfile.ZipFile(b, 'w'); z.writestr('a', b'x' * 99); z.close()
put('a.zip', b.getvalue().replace(b'xxx', b'yyy', 1))""#, "scan -z .", 2, "damaged"),
    Case("a tar file of a negative size", r#"py "
t = tarfile.TarInfo('a').tobuf(); t = bytearray(t); t[124:136] = b'\\xff' * 12; t[148:156] = b' ' * 8
t[148:156] = b'%06o\\0 ' % sum(t); put('a.tar', bytes(t) + bytes(1024))""#, "scan -z .", 2, "a.tar"),
    Case("an archive that nobody opens", r#"py "put('a.gz', gzip.compress(line))""#, "scan .", 0, "skipped: archive 1"),
    Case("a damaged archive in the history", r#"clean; py "put('a.gz', gzip.compress(os.urandom(9000))[:4000])"; git add -A; git commit -qm x"#, "scan -z --no-cache --history", 2, "a.gz"),
    // Objects of git.
    Case("an object that is another one", "clean; file_of HEAD:b.py; py \"put('$file', zlib.compress(b'blob 5\\\\0other'))\"", HISTORY, 2, "cannot be read"),
    Case("an object that is a pipe", "clean; file_of HEAD:b.py; rm $file; mkfifo $file", HISTORY, 2, "cannot be read"),
    Case("an object that is cut off", "clean; file_of HEAD:b.py; truncate -s -3 $file", HISTORY, 2, "cannot be read"),
    Case("an object that is gone, and a key", "repo; file_of HEAD:a.py; rm $file", HISTORY, 1, "INCOMPLETE"),
    Case("a commit without a tree", "clean; printf 'author A <a> 1 +0000\n\nm' | object commit > .git/refs/heads/x", HISTORY, 2, "malformed"),
    Case("a commit without anything", "clean; printf '' | object commit > .git/refs/heads/x", HISTORY, 2, "malformed"),
    Case("a commit of a time that never comes", "repo; t=$(git rev-parse HEAD^{tree}); git checkout -q --orphan o; printf \"tree $t\nauthor A <a> 99999999999999999999 +9999\ncommitter\n\nm\" | object commit > .git/refs/heads/main", HISTORY, 1, "b.py"),
    Case("a tree that climbs", "repo; id=$(git rev-parse HEAD:b.py); py \"sys.stdout.buffer.write(b'100644 ../../x\\\\0' + bytes.fromhex('$id'))\" | object tree > t; git commit-tree -m x $(cat t) > .git/refs/heads/main", HISTORY, 1, "../../x:1"),
    Case("a folder that is listed as a file", "clean; commit $(list \"100644 x $(folder)\")", HISTORY, 2, "named as a blob"),
    Case("a folder that is listed as a file in a range", "clean; commit $(list \"100644 x $(folder)\") -p HEAD", "scan --range HEAD..x", 2, "cannot be read"),
    Case("a file that is listed as a folder", "clean; commit $(list \"40000 x $(blob $K)\")", HISTORY, 1, "x:1"),
    Case("a file that is listed as a submodule", "clean; commit $(list \"160000 x $(blob $K)\")", HISTORY, 1, "x:1"),
    Case("a file that is listed as a submodule in a range", "clean; commit $(list \"160000 x $(blob $K)\") -p HEAD", "scan --range HEAD..x", 2, "cannot be read"),
    Case("a file where a submodule of its id was", "clean; commit $(list \"160000 x $(blob $K)\") -p HEAD; commit $(list \"100644 x $(blob $K)\") -p x", "scan --range x~1..x", 1, "x:1"),
    Case("a folder of an odd mode", "clean; commit $(list \"40755 x $(folder)\")", HISTORY, 1, "x/k.py:1"),
    Case("two files of one name", "clean; commit $(list \"100644 x $(blob a),100644 x $(blob $K),100644 x $(blob a)\") -p HEAD", "scan --range HEAD..x", 1, "x:1"),
    Case("two files of one name, one of them from before", "clean; commit $(list \"100644 x $(blob a)\") -p HEAD; commit $(list \"100644 x $(blob $K),100644 x $(blob a)\") -p x", "scan --range x~1..x", 1, "x:1"),
    Case("a folder and a file of one name", "clean; commit $(list \"40000 x $(folder),100644 x $(blob a)\") -p HEAD", "scan --range HEAD..x", 1, "x/k.py:1"),
    Case("a commit whose tree is a file", "clean; printf \"tree $(blob $K)\nauthor A <a> 1 +0000\n\nm\" | object commit > .git/refs/heads/x", HISTORY, 2, "named as a tree"),
    Case("a commit that follows a folder", "clean; printf \"tree $(git rev-parse HEAD^{tree})\nparent $(folder)\nauthor A <a> 1 +0000\n\nm\" | object commit > .git/refs/heads/x", HISTORY, 2, "named as a commit"),
    Case("a key in the header of a commit", "clean; printf \"tree $(git rev-parse HEAD^{tree})\nauthor A <a> 1 +0000\ngpgsig $K\n\nm\" | object commit > .git/refs/heads/x", HISTORY, 1, "COMMIT_HEADER:3"),
    Case("a key in a merged tag, in a range", "clean; git checkout -qb o; git commit -q --allow-empty -m o; git tag -a -F <(printf '%s\\n' $K '-----BEGIN PGP SIGNATURE-----' x '-----END PGP SIGNATURE-----') t; git checkout -q main; git tag base; git merge -q --no-ff -m m t", "scan --range base..main", 1, "COMMIT_HEADER"),
    Case("a HEAD that is a folder", "clean; git rev-parse HEAD^{tree} > t; cp t .git/HEAD", HISTORY, 2, "HEAD names a tree"),
    Case("a HEAD that is a file", "repo; git rev-parse HEAD:b.py > t; cp t .git/HEAD", HISTORY, 1, "HEAD names a blob"),
    Case("a message with a key that no ref leads to", "clean; git commit -q --allow-empty -m $K; git reset -q --hard HEAD~1", HISTORY, 0, "not-reachable 1"),
    Case("a tree that is cut off", "clean; printf '100644 a\\0abc' | object tree > t; git commit-tree -m x $(cat t) > .git/refs/heads/x", HISTORY, 2, "malformed"),
    Case("a tag of a file", "repo; git tag x HEAD:b.py; git reset -q --hard HEAD~1; git reflog expire --expire=all --all", HISTORY, 1, "x:1"),
    Case("a ref that names nothing", "clean; echo garbage > .git/refs/heads/x", HISTORY, 2, "names no object"),
    Case("a ref to what is not there", "clean; echo 1111111111111111111111111111111111111111 > .git/refs/heads/x", HISTORY, 2, "missing"),
    Case("refs that are garbage", "clean; echo garbage > .git/packed-refs", HISTORY, 2, "refs"),
    Case("a HEAD that is garbage", "clean; echo garbage > .git/HEAD", HISTORY, 2, "HEAD"),
    Case("an object that another one replaces", "repo; git replace $(git rev-parse HEAD:b.py) $(git rev-parse HEAD:a.py)", HISTORY, 1, "b.py"),
    Case("a pack without its index", "clean; git gc -q; rm -f .git/objects/pack/*.idx", HISTORY, 2, "INCOMPLETE"),
    Case("a pack that is cut off", "clean; git gc -q; chmod +w .git/objects/pack/*; truncate -s -40 .git/objects/pack/*.pack", HISTORY, 2, "INCOMPLETE"),
    Case("an index of a pack that swaps two files", "repo; git gc -q; a=$(git rev-parse HEAD:a.py); b=$(git rev-parse HEAD:b.py); list_as \"{'$a': '$b', '$b': '$a'}\"", HISTORY, 2, "has another id"),
    Case("an index of a pack that names a file wrongly", "repo; git gc -q; list_as \"{'$(git rev-parse HEAD:b.py)': '12' * 20}\"", HISTORY, 2, "has another id"),
    Case("a pack whose index names what is in another pack", "clean; git gc -q; id=$(echo $K | git hash-object -w --stdin); pack $id; list_as \"{'$id': '$(git rev-parse HEAD:a.py)'}\"", HISTORY, 2, "has another id"),
    Case("a file behind a pack whose index names it wrongly", "clean; echo $K > k.py; git add -A; git commit -qm k; id=$(echo other | git hash-object -w --stdin); pack $id; list_as \"{'$id': '$(git rev-parse HEAD:k.py)'}\"", HISTORY, 1, "k.py:1"),
    Case("alternates that lead in circles", "clean; echo $PWD/.git/objects > .git/objects/info/alternates", HISTORY, 0, COMPLETE),
    Case("alternates that lead nowhere", "clean; echo /nowhere > .git/objects/info/alternates", HISTORY, 2, "INCOMPLETE"),
    Case("a promise that nobody keeps", "clean; git config extensions.partialClone o; git config core.repositoryFormatVersion 1; git config remote.o.url 'ext::touch pwned'; git config remote.o.promisor true; file_of HEAD:a.py; rm $file", HISTORY, 2, "missing"),
    Case("a repository of the other hash", "git init -q --object-format=sha256; echo x > a; git add -A; git commit -qm x", HISTORY, 2, "SHA-256"),
    Case("a configuration of git with a zero in it", "clean; printf '\\0[core]' > .git/config", HISTORY, 2, "zero byte"),
    Case("an index that is cut off", "clean; echo z > n; git add n; truncate -s -25 .git/index", "scan --staged", 2, "index"),
    Case("an index that counts to four billion", r#"clean; echo z > n; git add n; printf '\377\377\377\377' | dd of=.git/index bs=1 seek=8 conv=notrunc status=none"#, "scan --staged", 2, "index"),
    Case("what is staged and differs on disk", "clean; echo $K > n; git add n; echo z > n", "scan --staged", 1, "n:1"),
    Case("a staged link to a key", "clean; ln -s $K l; git add l", "scan --staged", 1, "1 leak"),
    Case("both sides of a conflict", "clean; git checkout -qb o; echo $K > a.py; git commit -qam o; git checkout -q main; echo z > a.py; git commit -qam z; git merge o > /dev/null || true", "scan --staged", 1, "a.py"),
    Case("a staged file that is a folder", "clean; index 100644 $(folder)", "scan --staged", 2, "cannot read"),
    Case("a staged submodule that is a file", "clean; index 160000 $(blob $K)", "scan --staged", 2, "is none"),
    Case("a staged folder", "clean; index 040000 $(folder)", "scan --staged", 2, "not known"),
    Case("a staged file that is nowhere", "clean; echo z > n; git add n; file_of :n; rm $file", "scan --staged", 2, "n"),
    Case("a range that is none", "clean", "scan --range HEAD..nowhere", 2, "nowhere"),
    Case("a range of nothing", "clean", "scan --range HEAD..HEAD", 0, COMPLETE),
    // Policies.
    Case("a configuration of a gigabyte", "echo x > a; truncate -s 1G muleguard.toml", "scan .", 2, "larger than"),
    Case("a configuration that is nested without end", r#"echo x > a; py "put('muleguard.toml', b'select = ' + b'[' * 100000)""#, "scan .", 2, "muleguard.toml:1:"),
    Case("a configuration in another encoding", r#"echo x > a; py "put('muleguard.toml', 'select = []'.encode('utf-16'))""#, "scan .", 2, "UTF-8"),
    Case("a configuration that hides everything from a gate", "echo $K > a; printf 'exclude = [\"*\"]' > muleguard.toml", "scan --isolated .", 1, "a:1"),
    Case("names without end", r#"echo x > a; py "put('muleguard.toml', ('watch-names = [%s]' % ','.join('\"NAME_%d\"' % i for i in range(999))).encode())""#, "scan .", 2, "no more than 500 names"),
    Case("an expression without end", "echo x > a; printf '[[key-shape]]\\nid = \"x\"\\nregex = \"((a{100}){100}){100}\"' > muleguard.toml", "scan .", 2, "muleguard.toml"),
    Case("a baseline that is cut off", "echo $K > a; printf '{\"secret_id\": \"aaaa' > muleguard.baseline.jsonl", "scan .", 2, "baseline"),
    Case("a baseline named that is not there", "echo x > a", "scan --baseline nowhere .", 2, "nowhere"),
    Case("a baseline that is configured and not there", "echo x > a; echo 'baseline = \"nowhere\"' > muleguard.toml", "scan .", 2, "nowhere"),
    Case("all rules left out", "echo $K > a", "scan --ignore mulerouter-key,client-side-key,env-file,bearer-header,api-key-literal,key-reuse .", 2, "rule"),
    // Reports and streams.
    Case("a report to a full device", "echo x > a", "scan -o json:/dev/full a", 2, "/dev/full"),
    Case("a report to a pipe without a reader", "echo x > a; mkfifo o", "scan -o json:o a", 2, "cannot write the report"),
    Case("a report in place of a folder", "echo x > a; mkdir o", "scan -o json:o a", 2, "cannot write the report"),
    Case("help to a full device", "true", "--help > /dev/full", 2, ""),
    Case("a report to a full device by standard output", "echo $K > a", "scan a > /dev/full", 2, "No space"),
    Case("standard output that is closed", "echo $K > a", "scan a >&-", 1, ""),
    Case("standard input that is closed", "true", "scan - <&-", 2, "closed"),
    Case("standard input that is a folder", "true", "scan - < .", 2, "INCOMPLETE"),
    Case("a hook in place of which there is a folder", "clean; mkdir -p .git/hooks/pre-commit", "hook install", 2, "is no file"),
    Case("a report in a format that there is none", "echo x > a", "scan -o sarfi:o a", 2, "no format"),
    Case("a report in a file that looks like standard output", "echo x > a", "scan -o - a", 2, "standard output"),
    Case("no commits of a history", "repo", "scan --history --max-commits 0", 2, ""),
    Case("whole files of what is not staged", "clean", "scan --whole-file .", 2, "--whole-file"),
    Case("a folder in place of a message", "mkdir d", "hook run commit-msg d", 2, "is a folder"),
    Case("a baseline to prune that is not there", "clean", "baseline prune --baseline none", 2, "no baseline"),
    Case("a configuration that excludes what is no glob", "echo 'exclude = [\"[z-a]\"]' > muleguard.toml", "config check muleguard.toml", 2, "glob"),
    Case("a configuration whose baseline is not there", "echo 'baseline = \"none.jsonl\"' > muleguard.toml", "config check muleguard.toml", 2, "no such file"),
    Case("a configuration that leaves out a rule that there is none", "echo 'ignore = [\"none\"]' > muleguard.toml", "config show", 2, "no rule"),
    // Ignore files that fill the memory.
    Case("an ignore file of one endless line", "git init -q; echo x > a; truncate -s 3G .gitignore", "scan .", 2, "too large"),
    Case("a list of excludes of one endless line", "git init -q; echo x > a; truncate -s 3G .git/info/exclude", "scan .", 2, "too large"),
    Case("a place of the repository in one endless line", "echo x > a; truncate -s 3G .git", "scan .", 2, "too large"),
    Case("a zip file behind a program", r#"py "z = io.BytesIO(); f = zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED); f.writestr('a.py', line); f.close(); put('setup.exe', b'MZ' + bytes(5000) + z.getvalue())""#, "scan -z .", 1, "setup.exe!a.py:1"),
    Case("a zip file that was split once", r#"py "z = io.BytesIO(); f = zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED); f.writestr('a.py', line); f.close(); put('a.zip', b'PK' + bytes([7, 8]) + z.getvalue())""#, "scan -z .", 1, "a.zip!a.py:1"),
    Case("a committed zip file behind a program", r#"clean; py "z = io.BytesIO(); f = zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED); f.writestr('a.py', line); f.close(); put('setup.exe', b'MZ' + bytes(5000) + z.getvalue())"; git add .; git commit -qm x"#, "scan -z --no-cache --history", 1, "setup.exe!a.py:1"),
    Case("an archive of a kind that is never opened", r#"py "put('a.7z', bytes.fromhex('377abcaf271c') + b'x')"; echo x > b"#, "scan -z .", 2, "a.7z: an archive of a kind that is never opened"),
    Case("the old form of xz", r#"py "put('a.lzma', lzma.compress(line, lzma.FORMAT_ALONE))"; echo x > b"#, "scan -z .", 2, "a.lzma: an archive of a kind that is never opened"),
    Case("a package of Debian's", r#"py "put('a.deb', b'!<arch>' + bytes([10]) + b'debian-binary   0           0     0     100644  4         ')"; echo x > b"#, "scan -z .", 2, "a.deb: an archive of a kind that is never opened"),
    Case("a PDF with a stream that is packed twice", r#"py "put('a.pdf', b'%PDF-1.4' + bytes([10]) + b'1 0 obj << /Filter [/FlateDecode /FlateDecode] >>' + bytes([10]) + b'stream' + bytes([10]) + zlib.compress(zlib.compress(line)) + bytes([10]) + b'endstream endobj')""#, "scan -z .", 1, "a.pdf!object-1:1"),
    Case("a PDF with an escape in the name of a filter", r#"py "put('a.pdf', b'%PDF-1.4' + bytes([10]) + b'1 0 obj << /Filter /Fl#61teDecode >>' + bytes([10]) + b'stream' + bytes([10]) + zlib.compress(line) + bytes([10]) + b'endstream endobj')""#, "scan -z .", 1, "a.pdf!object-1:1"),
    Case("a PDF with a filter in another object", r#"py "put('a.pdf', b'%PDF-1.4' + bytes([10]) + b'1 0 obj << /Filter 2 0 R >>' + bytes([10]) + b'stream' + bytes([10]) + zlib.compress(line) + bytes([10]) + b'endstream endobj')""#, "scan -z .", 1, "a.pdf!object-1:1"),
    Case("a zip file behind a PDF", r#"py "z = io.BytesIO(); f = zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED); f.writestr('a.py', line); f.close(); put('a.pdf', b'%PDF-1.4' + bytes(9) + z.getvalue())""#, "scan -z .", 1, "a.pdf!a.py:1"),
    Case("something behind the end of a tar file", r#"py "t = io.BytesIO(); f = tarfile.open(fileobj=t, mode='w'); f.addfile(tarfile.TarInfo('a')); f.close(); put('a.tar', t.getvalue() + gzip.compress(line))""#, "scan -z .", 2, "a.tar: "),
    // What stands beside the content of an archive.
    Case("a key in the comment of a compressed stream", GZIP_COMMENT, "scan -z - < c.gz", 1, "mulerouter-key"),
    Case("a key in the comment of a compressed member", GZIP_COMMENT, "scan -z o.zip", 1, "o.zip!c.gz"),
    Case("a frame to skip that is cut off", "py \"put('c.zst', bytes.fromhex('502a4d18f0ffffff') + b'x')\"", "scan -z c.zst", 2, "too early"),
    Case("a compressed tar file with a key in what it says of its members", PAX, "scan -z c.tgz", 1, "c.tgz!"),
    Case("a stream that unpacks to too much", "py \"put('b.gz', gzip.compress(bytes(100_000_000)))\"", "scan -z - < b.gz", 2, "unpacks to more"),
    Case("a hook that is told garbage", "clean", "hook run pre-push origin url <<< garbage", 2, ""),
    Case("a hook that is told nothing, outside of any repository", "true", "hook run pre-push origin url < /dev/null", 2, "repository"),
    Case("a hook that is told nothing", "clean", "hook run pre-push origin url < /dev/null", 0, ""),
];

/// A compressed file whose header has a comment with the key, and the same in a zip file.
const GZIP_COMMENT: &str = r#"py "
data = b'clean\n'; tail = zlib.compress(data)[2:-4] + struct.pack('<II', zlib.crc32(data), len(data))
put('c.gz', bytes.fromhex('1f8b0810000000000003') + K.encode() + bytes(1) + tail)
zipfile.ZipFile('o.zip', 'w', 8).write('c.gz')"; test -s o.zip"#;

/// A compressed tar file in which a comment stands before a member.
const PAX: &str = r#"py "
info = tarfile.TarInfo('a'); info.pax_headers = {'comment': K}
t = tarfile.open('c.tgz', 'w:gz', format=tarfile.PAX_FORMAT); t.addfile(info); t.close()""#;

/// One member, listed three hundred times.
const OVERLAP: &str = r#"py "
big = bytes(20_000_000); packed = zlib.compress(big, 9)[2:-4]; crc = zlib.crc32(big)
local = struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 0, crc, len(packed), len(big), 1, 0) + b'a'
entry = struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 20, 20, 0, 8, 0, 0, crc, len(packed), len(big), 1, 0, 0, 0, 0, 0, 0) + b'a'
end = struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 300, 300, 300 * len(entry), len(local) + len(packed), 0)
put('a.zip', local + packed + entry * 300 + end)""#;

#[test]
fn every_hostile_fixture_has_its_outcome() {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = CASES.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(what) = case.judge() {
                        eprintln!("{}: {what}\n", case.0);
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(failed.into_inner(), 0, "of {} cases", CASES.len());
}

impl Case {
    fn judge(&self) -> Result<(), String> {
        let Self(_, script, args, code, says) = *self;
        let (sandbox, key) = (Sandbox::new(), key());
        let bash = |script: &str| -> Ran {
            let mut command = sandbox.command("bash");
            command.args(["-c", script]).env("K", &key).env("MULEGUARD", env!("CARGO_BIN_EXE_muleguard"));
            command.stdin(Stdio::null()).output().into()
        };
        let made = bash(&format!("{PRELUDE}\n{script}"));
        if made.code != 0 {
            return Err(format!("the script failed: {}", made.stderr));
        }
        let ran = bash(&format!("exec timeout -s KILL 120 \"$MULEGUARD\" {args}"));
        let said = format!("{}{}", ran.stdout, ran.stderr);
        let is_complete = said.lines().any(|line| line.starts_with("complete"));
        assert_hidden(&said, &key);
        for (is_wrong, what) in [
            (ran.code != code, "another exit code"),
            (!format!("\n{said}").contains(says), "it is not said"),
            (said.contains("muleguard failed") || said.contains("panicked"), "a panic"),
            (said.contains("INCOMPLETE") && (is_complete || code == 0), "incomplete and clean"),
            (said.lines().any(|line| line.trim_start().starts_with("::")), "a command to a build server"),
            (said.chars().any(|character| character.is_control() && character != '\n'), "a control character"),
            (sandbox.path().join("pwned").exists(), "something ran"),
        ] {
            if is_wrong {
                return Err(format!("{what}: {} instead of {code}, and not {says:?}:\n{said}", ran.code));
            }
        }
        Ok(())
    }
}
