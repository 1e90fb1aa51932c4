//! Installing and removing the hook. What was there before is kept, runs first, and comes back.

use std::{env, fs, io::Write, path::Path, process::ExitCode};

use anyhow::Context;

use super::place::{CHAINED, HookPlace, SIGNATURE};
use crate::{args::HookName, error::usage, exit, output};

/// Installs hooks; a second time changes nothing.
pub fn install(hooks: &[HookName]) -> anyhow::Result<ExitCode> {
    hooks.iter().try_for_each(|&hook| install_one(hook))?;
    Ok(exit::CLEAN.into())
}

/// Removes hooks and puts back what was there before.
pub fn uninstall(hooks: &[HookName]) -> anyhow::Result<ExitCode> {
    hooks.iter().try_for_each(|&hook| uninstall_one(hook))?;
    Ok(exit::CLEAN.into())
}

fn install_one(name: HookName) -> anyhow::Result<()> {
    let (place, _) = HookPlace::find(name)?;
    let folder = place.hook.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    if place.hook.exists() && !place.hook.is_file() {
        let help = format!("remove {}", place.hook.display());
        return Err(usage("what stands in the place of the hook is no file", help));
    }
    if place.hook.exists() && !place.is_installed() {
        if place.chained.exists() {
            let help =
                format!("compare {} with {} and remove one of them", place.hook.display(), place.chained.display());
            return Err(usage("there are two hooks already, and only one can run before muleguard's", help));
        }
        fs::rename(&place.hook, &place.chained)
            .with_context(|| format!("cannot keep the hook {}", place.hook.display()))?;
    }
    write_hook(&place.hook, name)?;
    let chained =
        if place.chained.exists() { format!("; {} runs first", place.chained.display()) } else { String::new() };
    say(&format!("installed {}{chained}", place.hook.display()))
}

fn uninstall_one(name: HookName) -> anyhow::Result<()> {
    let (place, _) = HookPlace::find(name)?;
    if !place.is_installed() {
        return say("muleguard's hook is not installed here");
    }
    fs::remove_file(&place.hook).with_context(|| format!("cannot remove {}", place.hook.display()))?;
    if place.chained.exists() {
        fs::rename(&place.chained, &place.hook)
            .with_context(|| format!("cannot put back {}", place.chained.display()))?;
        return say(&format!("removed; {} is again what it was before", place.hook.display()));
    }
    say(&format!("removed {}", place.hook.display()))
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(output::to_stdout(|out| writeln!(out, "{text}"))?)
}

/// Writes the hook aside and moves it into place: a commit in the meantime never runs half of it.
fn write_hook(path: &Path, name: HookName) -> anyhow::Result<()> {
    let context = || format!("cannot write the hook {}", path.display());
    let program = env::current_exe().context("cannot tell where muleguard is installed")?;
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("."))).with_context(context)?;
    file.write_all(script(&program.to_string_lossy(), name).as_bytes()).with_context(context)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o755)).with_context(context)?;
    }
    file.persist(path).with_context(context)?;
    Ok(())
}

/// The hook. If muleguard has gone, git is refused rather than obeyed unseen. What git writes to a hook is read once, so it
/// is kept for both.
fn script(program: &str, name: HookName) -> String {
    let program = program.replace('\'', "'\\''");
    let hook = name.as_str();
    let (keep, give, last) = match name.reads_input() {
        true => ("input=$(cat)\n", "printf '%s\\n' \"$input\" | ", "printf '%s\\n' \"$input\" | "),
        false => ("", "", "exec "),
    };
    format!(
        "#!/bin/sh\n{SIGNATURE}\n{keep}\
         before=\"$(dirname \"$0\")/{hook}{CHAINED}\"\n\
         if [ -x \"$before\" ]; then\n  {give}\"$before\" \"$@\" || exit $?\nfi\n\
         muleguard='{program}'\n\
         if [ ! -x \"$muleguard\" ]; then\n  muleguard=$(command -v muleguard) || {{\n\
         \x20   echo 'error: muleguard is not installed any more, so this cannot be checked' >&2\n\
         \x20   echo 'help: install it again, or remove this hook' >&2\n    exit 2\n  }}\nfi\n\
         {last}\"$muleguard\" hook run {hook} \"$@\"\n"
    )
}
