#!/usr/bin/env python3
"""Compare ways to tell a random value from words: bench/judgement/compare.py --train DIR… --test DIR… [--dictionary FILE] [--ranks FILE]

Every quoted text of 15 to 64 characters in the source files below --test is a value of words; random ones are made here.
A design gives a number, the higher the more random. Reported is the share of random values above the threshold that one
in a hundred (one in a thousand) values of words passes. Models learn from --train only. Standard library only."""
import argparse, base64, collections, math, os, random, re, string

SOURCES = {".c", ".cs", ".dart", ".ex", ".go", ".h", ".java", ".js", ".kt", ".lua", ".php", ".py", ".rb", ".rs", ".scala",
           ".sh", ".swift", ".ts", ".tsx", ".vue", ".yml", ".yaml", ".tf", ".toml"}
QUOTED = re.compile(rb"[\"'`]([A-Za-z0-9._~+/=:@-]{15,64})[\"'`]")
IDENTIFIER = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{2,63}")
# Digests, numbers, times and UUIDs are no words; other tests know them.
NOT_WORDS = re.compile(r"[0-9a-fA-F]+|[0-9.:+/TZ-]+|.*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}.*|(?i:x+)\w+")
SKIPPED = re.compile(r"(^|/)(test|tests|testdata|fixtures?|spec|vendor|node_modules|mocks?|cassettes|\.git)(/|$)|[._]test\.|[._-]spec\.|\.min\.|lock")

def files(roots):
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.splitext(name)[1] in SOURCES and not SKIPPED.search(os.path.relpath(path, root).lower()):
                    with open(path, "rb") as file:
                        yield file.read()

def texts(roots, pattern, limit):
    found = {match.decode() for data in files(roots) for match in pattern.findall(data)}
    found = sorted(text for text in found if not NOT_WORDS.fullmatch(text))
    random.Random(1).shuffle(found)
    return found[:limit]

def secrets(count):
    rng, ascii = random.Random(2), string.ascii_letters + string.digits
    pick = lambda alphabet, length: "".join(rng.choices(alphabet, k=length))
    shapes = {
        "hex 32": lambda: pick("0123456789abcdef", 32),
        "base36 24": lambda: pick(string.ascii_lowercase + string.digits, 24),
        "base32 26": lambda: pick(string.ascii_uppercase + "234567", 26),
        "base62 20": lambda: pick(ascii, 20),
        "base62 40": lambda: pick(ascii, 40),
        "base64url 22": lambda: pick(ascii + "-_", 22),
        "base64 44": lambda: base64.b64encode(rng.randbytes(32)).decode(),
        "letters 32": lambda: pick(string.ascii_letters, 32),
        "numbers and 24": lambda: "-".join([pick(string.digits, 12), pick(string.digits, 12), pick(ascii, 24)]),
        "lower 24": lambda: pick(string.ascii_lowercase, 24),
    }
    return {name: [make() for _ in range(count)] for name, make in shapes.items()}

# --- the designs ------------------------------------------------------------------------------------------------------
def entropy(text):
    return -sum(n / len(text) * math.log2(n / len(text)) for n in collections.Counter(text).values())

def relative_entropy(text):
    """Against the most that a text of this length over its alphabet can have."""
    size = 16 if re.fullmatch("[0-9a-f]+|[0-9A-F]+", text) else 36 if text in (text.lower(), text.upper()) else 64
    return entropy(text) / math.log2(min(size, len(text)))

def kind(char):
    return 0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3

class Pairs:
    """How letters follow each other in words, against letters drawn at random: bits a pair."""
    def __init__(self, words):
        counts = collections.Counter()
        for word in words:
            low = word.lower()
            counts.update(low[i:i + 2] for i in range(len(low) - 1) if low[i:i + 2].isalpha() and low[i:i + 2].isascii())
        total = sum(counts.values()) + 676
        self.bits = {a + b: math.log2((counts[a + b] + 1) / total * 676) for a in string.ascii_lowercase for b in string.ascii_lowercase}
    def pairs(self, text):
        low = text.lower()
        return [self.bits[low[i:i + 2]] for i in range(len(low) - 1) if low[i:i + 2] in self.bits]
    def mean(self, text):
        bits = self.pairs(text)
        return -sum(bits) / max(1, len(bits))

class PairsAndKinds(Pairs):
    """The same, and how lower case, upper case, digits and marks follow each other, against chance that draws from the
    kinds that the value has: bits a character."""
    SIZES = (26, 26, 10, 4)
    def __init__(self, words, values):
        super().__init__(words)
        seen = collections.Counter((kind(a), kind(b)) for value in values for a, b in zip(value, value[1:]))
        self.kinds = {(a, b): math.log2((seen[a, b] + 1) / (sum(seen[a, c] for c in range(4)) + 4)) for a in range(4) for b in range(4)}
    def score(self, text):
        sizes = dict.fromkeys(map(kind, text))
        all_sizes = sum(self.SIZES[kind] for kind in sizes)
        bits = sum(self.pairs(text))
        bits += sum(self.kinds[kind(a), kind(b)] - math.log2(self.SIZES[kind(b)] / all_sizes) for a, b in zip(text, text[1:]))
        return -bits / len(text)
    def either(self, text):
        return max(self.score(text), self.mean(text) + 0.2)

class WordRuns(Pairs):
    """The share of letters outside of runs (cut at humps) whose pairs are those of words."""
    def score(self, text):
        runs = re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
        letters = sum(map(str.isalpha, text))
        wordy = sum(len(run) for run in runs if len(run) >= 3 and -self.mean(run) >= (0.35 if len(run) > 3 else 0.6))
        return 1 - wordy / max(1, letters) + min(0.999, sum(map(str.isdigit, text)) / len(text)) / 1000

class Dictionary:
    """The share of letters that no word of a dictionary of at least four letters covers."""
    def __init__(self, words):
        self.words = {word for word in words if len(word) >= 4}
    def score(self, text):
        low, covered, at = text.lower(), 0, 0
        while at < len(low):
            length = next((n for n in range(min(14, len(low) - at), 3, -1) if low[at:at + n] in self.words), 0)
            covered += length
            at += length or 1
        return 1 - covered / max(1, sum(map(str.isalpha, low))) + sum(map(str.isdigit, low)) / len(low) / 1000

class Tokens:
    """Tokens a character under a byte-pair encoding (`--ranks`: a file of base64 token and rank a line)."""
    def __init__(self, path):
        self.ranks = {}
        for line in open(path):
            token, rank = line.split()
            self.ranks[base64.b64decode(token)] = int(rank)
    def score(self, text):
        parts = [bytes([byte]) for byte in text.encode()]
        while True:
            ranked = [(self.ranks.get(a + b, 1 << 30), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
            rank, at = min(ranked, default=(1 << 30, 0))
            if rank == 1 << 30:
                return len(parts) / len(text)
            parts[at:at + 2] = [parts[at] + parts[at + 1]]

def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--train", nargs="+", required=True), args.add_argument("--test", nargs="+", required=True)
    args.add_argument("--dictionary", default="/usr/share/dict/words"), args.add_argument("--ranks")
    args.add_argument("--count", type=int, default=2000), args.add_argument("--show", help="print what passes of this design")
    args = args.parse_args()
    identifiers, values = texts(args.train, IDENTIFIER, 300_000), texts(args.train, QUOTED, 100_000)
    words, random_values = texts(args.test, QUOTED, 10 * args.count), secrets(args.count)
    both = PairsAndKinds(identifiers, values)
    designs = {"entropy": entropy, "entropy per alphabet": relative_entropy, "pairs of letters": Pairs(identifiers).mean,
               "word runs": WordRuns(identifiers).score,
               "pairs and kinds": both.score, "pairs and kinds, or pairs": both.either}
    if os.path.exists(args.dictionary):
        designs["dictionary"] = Dictionary(open(args.dictionary, encoding="utf-8").read().lower().split()).score
    if args.ranks:
        designs["tokens a character"] = Tokens(args.ranks).score
    print(f"{len(words)} values of words, {args.count} random ones a shape; found % when 1 % (0.1 %) of the words pass")
    print("| design | " + " | ".join(random_values) + " |\n|---|" + "---|" * len(random_values))
    for name, score in designs.items():
        scores = sorted(map(score, words))
        limits = [scores[int(len(scores) * share)] for share in (0.99, 0.999)]
        share = lambda made, limit: 100 * sum(score(text) > limit for text in made) / len(made)
        print(f"| {name} | " + " | ".join(" ({:.1f})".format(share(made, limits[1])).join([f"{share(made, limits[0]):.1f}", ""]) for made in random_values.values()) + " |")
        if args.show == name:
            print("\n".join(sorted((text for text in words if score(text) > limits[0]), key=score)))

main()
