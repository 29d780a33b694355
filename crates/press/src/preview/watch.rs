//! Follows the publication's folders and builds after every change.
//!
//! Entry point: [`follow`]. Editors save in many ways (in place, by renaming, in several writes), so
//! what counts is that something changed, and that it has been quiet since.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Built, Preview};
use crate::Silent;

/// How long it must have been quiet before a build.
const QUIET: Duration = Duration::from_millis(60);
/// How long changes that never pause may put a build off.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often folders are looked through where the system does not tell of changes.
const POLL: Duration = Duration::from_secs(1);

/// Builds after every change, on a thread of its own, as long as the program runs; `told` hears of
/// each build. Returns whether the system tells of changes; otherwise the folders are looked through
/// every second.
///
/// # Errors
/// The folders can be followed in neither way.
pub fn follow(
    preview: &Arc<Preview>,
    told: impl Fn(&Built) + Send + 'static,
) -> notify::Result<bool> {
    let (sender, changes) = channel();
    let mut folders = Folders::new(sender);
    folders.follow(preview.folders())?;
    let told_by_system = folders.told_by_system;
    let preview = Arc::clone(preview);
    std::thread::spawn(move || {
        while changed(&changes, &mut |path| folders.matters(path)) {
            told(&preview.build(&Silent));
            // `posts` in site.toml may name another folder now. One that cannot be followed is one
            // that cannot be read, which the build has told.
            let _ = folders.follow(preview.folders());
        }
    });
    Ok(told_by_system)
}

/// Waits for a change and for the quiet after it; `false` when nothing will change any more.
fn changed(changes: &Receiver<Vec<PathBuf>>, matters: &mut dyn FnMut(&Path) -> bool) -> bool {
    loop {
        match changes.recv() {
            // Events without a path tell that some were lost.
            Ok(paths) if paths.is_empty() || paths.iter().any(|path| matters(path)) => break,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match changes.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

/// The folders that are followed.
struct Folders {
    sender: Sender<Vec<PathBuf>>,
    watcher: Option<Box<dyn Watcher + Send>>,
    roots: BTreeSet<PathBuf>,
    told_by_system: bool,
}

impl Folders {
    fn new(sender: Sender<Vec<PathBuf>>) -> Self {
        Self {
            sender,
            watcher: None,
            roots: BTreeSet::new(),
            told_by_system: true,
        }
    }

    /// Follows these folders, and no others.
    fn follow(&mut self, folders: Vec<PathBuf>) -> notify::Result<()> {
        let mut roots = BTreeSet::new();
        for folder in folders {
            roots.insert(folder.canonicalize()?);
        }
        if roots == self.roots {
            return Ok(());
        }
        let watcher = match self.by_system(&roots) {
            Ok(watcher) => watcher,
            // Too many folders for the system, or a file system that does not tell.
            Err(_) => {
                self.told_by_system = false;
                self.by_looking(&roots)?
            }
        };
        self.watcher = Some(watcher);
        self.roots = roots;
        Ok(())
    }

    fn by_system(&self, roots: &BTreeSet<PathBuf>) -> notify::Result<Box<dyn Watcher + Send>> {
        let mut watcher = RecommendedWatcher::new(self.handler(), Config::default())?;
        for root in roots {
            watcher.watch(root, RecursiveMode::Recursive)?;
        }
        Ok(Box::new(watcher))
    }

    fn by_looking(&self, roots: &BTreeSet<PathBuf>) -> notify::Result<Box<dyn Watcher + Send>> {
        // By their contents: times are compared by the second, and an editor is quicker.
        let config = Config::default()
            .with_poll_interval(POLL)
            .with_compare_contents(true);
        let mut watcher = PollWatcher::new(self.handler(), config)?;
        for root in roots {
            watcher.watch(root, RecursiveMode::Recursive)?;
        }
        Ok(Box::new(watcher))
    }

    fn handler(&self) -> impl Fn(notify::Result<Event>) + Send + 'static {
        let sender = self.sender.clone();
        move |event| {
            let paths = match event {
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
                Ok(event) => event.paths,
                Err(_) => Vec::new(),
            };
            // Nobody listens any more when the program ends.
            let _ = sender.send(paths);
        }
    }

    /// Whether a change at a path can change the site: not in hidden files and editors' own, and not
    /// in a site that `press build` wrote into the publication's folder.
    fn matters(&self, path: &Path) -> bool {
        let Some((root, inner)) = self
            .roots
            .iter()
            .find_map(|root| Some((root, path.strip_prefix(root).ok()?)))
        else {
            return true;
        };
        let name = |part: &std::ffi::OsStr| part.to_string_lossy().into_owned();
        if inner
            .iter()
            .map(name)
            .any(|name| name.starts_with(['.', '#']) || name.ends_with(['~', '#']))
        {
            return false;
        }
        !path
            .ancestors()
            .take_while(|folder| *folder != root)
            .any(|folder| folder.join(crate::EDITION).is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folders(root: &Path) -> Folders {
        let mut folders = Folders::new(channel().0);
        folders.roots.insert(root.to_owned());
        folders
    }

    #[test]
    fn what_editors_and_press_itself_write_is_no_change_of_the_publication() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("site/a")).expect("a folder");
        fs::write(root.path().join("site/edition.json"), "{}").expect("a file");
        let folders = folders(root.path());
        for (path, expected) in [
            ("posts/a.md", true),
            ("site.toml", true),
            ("posts/.a.md.swp", false),
            ("posts/a.md~", false),
            ("posts/#a.md#", false),
            (".git/index", false),
            (".press-x1/site/index.html", false),
            ("site/a/index.html", false),
            ("posts/site/index.md", true),
        ] {
            assert_eq!(folders.matters(&root.path().join(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_burst_of_changes_is_one_and_the_end_is_told() {
        let (sender, changes) = channel();
        for _ in 0..5 {
            sender.send(vec![PathBuf::from("a")]).expect("sends");
        }
        sender.send(Vec::new()).expect("sends");
        assert!(changed(&changes, &mut |_| true));
        assert!(changes.try_recv().is_err(), "all of the burst was taken");
        sender.send(vec![PathBuf::from("a")]).expect("sends");
        drop(sender);
        assert!(!changed(&changes, &mut |_| false));
    }

    #[test]
    fn a_file_saved_by_renaming_is_a_change_whoever_tells_of_it() {
        for by_system in [true, false] {
            let root = tempfile::tempdir().expect("a folder");
            let root = root.path().canonicalize().expect("a path");
            fs::write(root.join("a.md"), "one").expect("a file");
            let (sender, changes) = channel();
            let folders = Folders::new(sender);
            let roots = BTreeSet::from([root.clone()]);
            let _watcher = if by_system {
                folders.by_system(&roots)
            } else {
                folders.by_looking(&roots)
            }
            .expect("follows");
            fs::write(root.join(".a.tmp"), "two, and longer").expect("a file");
            fs::rename(root.join(".a.tmp"), root.join("a.md")).expect("renamed");
            let wanted = root.join("a.md");
            loop {
                let paths = changes
                    .recv_timeout(Duration::from_secs(20))
                    .expect("a change");
                if paths.contains(&wanted) {
                    break;
                }
            }
        }
    }
}
