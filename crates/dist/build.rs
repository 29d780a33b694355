//! Packs Trunk's output, the folder that `LAMPLIGHT_APP` names, into the executable.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-env-changed=LAMPLIGHT_APP");
    let mut source = String::from("const APP: lamplight_press::Packed = &[\n");
    if let Some(folder) = env::var_os("LAMPLIGHT_APP") {
        let folder = fs::canonicalize(&folder).map_err(|error| {
            format!(
                "LAMPLIGHT_APP names {}: {error}",
                Path::new(&folder).display()
            )
        })?;
        if !folder.join("index.html").is_file() {
            return Err(format!(
                "LAMPLIGHT_APP names {}, which holds no built app: build it with `cargo xtask build`",
                folder.display()
            )
            .into());
        }
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        files.sort();
        for file in files {
            println!("cargo:rerun-if-changed={}", file.display());
            let name = file
                .strip_prefix(&folder)?
                .to_str()
                .ok_or("a file's name is not UTF-8")?;
            let path = file.to_str().ok_or("a file's path is not UTF-8")?;
            writeln!(
                source,
                "    ({:?}, include_bytes!({path:?})),",
                name.replace('\\', "/")
            )?;
        }
    }
    source.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    Ok(fs::write(out.join("app.rs"), source)?)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
