//! What the lines around a value say: the fields beside it in the same object, and the line that opens the object.

use bstr::ByteSlice;

use super::super::{AROUND, Surrounded, Verdict, words::Words};
use super::published::GOOGLE;

/// A name that says no more of a key than that it is one; what another name says counts.
const PLAIN_NAMES: Words = Words("apikey webapikey androidapikey iosapikey key value");
/// Fields that stand beside a key of Firebase, and what one of maps is called.
const FIELDS: Words = Words(
    "authDomain auth_domain messagingSenderId messaging_sender_id storageBucket storage_bucket geo.API_KEY
     maps.v2.API_KEY",
);
/// What an object is called that holds such a key.
const APPS: Words = Words("firebase Firebase FIREBASE maps Maps MAPS");
/// Keys that browsers and apps have to hold are told by what else their object holds: every app shows all of it.
pub(in crate::engine::checks) fn judge(surrounded: &Surrounded<'_>) -> Verdict {
    if !surrounded.secret.starts_with(GOOGLE) || !has_plain_name(surrounded.before) {
        return Verdict::Secret;
    }
    let object = Object::around(surrounded);
    let is_shown = object.fields.iter().any(|field| FIELDS.are_in(field)) || APPS.are_in(object.opener);
    if is_shown { Verdict::Public } else { Verdict::Secret }
}

/// The name that stands before a value on its line.
fn has_plain_name(before: &[u8]) -> bool {
    let own = &before[before.rfind_byte(b'\n').map_or(0, |at| at + 1)..];
    let own = own.trim_end_with(|c| !c.is_ascii_alphanumeric());
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let start = own.len() - own.iter().rev().take_while(|byte| is_part(byte)).count();
    let name: Vec<u8> = own[start..].iter().filter(|byte| byte.is_ascii_alphanumeric()).copied().collect();
    name.to_ascii_lowercase().to_str().is_ok_and(|name| PLAIN_NAMES.contains(name))
}

/// The lines of one object: those that are indented as far as the value's, and the one before that is less.
struct Object<'a> {
    fields: Vec<&'a [u8]>,
    opener: &'a [u8],
}

impl<'a> Object<'a> {
    fn around(Surrounded { before, after, .. }: &Surrounded<'a>) -> Self {
        let mut above: Vec<&[u8]> = before.split(|&byte| byte == b'\n').collect();
        let indent = indent(above.pop().unwrap_or_default());
        // A line that is cut off may be indented further than it seems.
        if before.len() == AROUND && !above.is_empty() {
            above.remove(0);
        }
        let mut below: Vec<&[u8]> = after.split(|&byte| byte == b'\n').skip(1).collect();
        if after.len() == AROUND {
            below.pop();
        }
        let mut object = Self { fields: Vec::new(), opener: b"" };
        let is_header = |line: &[u8]| line.starts_with(b"[");
        for line in above.into_iter().rev().filter(|line| !line.trim_ascii().is_empty()) {
            if self::indent(line) < indent || is_header(line) {
                object.opener = line;
                break;
            }
            object.fields.extend((self::indent(line) == indent).then_some(line));
        }
        // Lines that nothing opens are no object.
        if object.opener.is_empty() {
            object.fields.clear();
            return object;
        }
        for line in below.into_iter().filter(|line| !line.trim_ascii().is_empty()) {
            if self::indent(line) < indent || is_header(line) {
                break;
            }
            object.fields.extend((self::indent(line) == indent).then_some(line));
        }
        object
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
