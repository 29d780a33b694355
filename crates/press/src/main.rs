//! The `press` command without an app inside it; `crates/dist` makes the one that carries it.

fn main() -> std::process::ExitCode {
    lamplight_press::cli::main(&[])
}
