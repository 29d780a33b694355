//! How far a long run has come, told while it runs.
//!
//! Entry point: [`Progress`], which the caller implements; [`Silent`] says nothing. It never decides
//! anything: a run gives the same bytes whoever listens.

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and checking posts; steps are files.
    Reading,
    /// Preparing images; steps are images.
    Images,
    /// Writing the site; steps are articles and lists.
    Writing,
    /// Writing compressed copies; steps are files.
    Compressing,
}

/// Is told how far a run has come. Phases follow one another; steps are counted from many threads at
/// once, so an implementation must be quick.
pub trait Progress: Sync {
    /// A phase begins, and with it the one before ends.
    fn begin(&self, phase: Phase, steps: usize);
    /// So many more steps of the phase are done.
    fn advance(&self, steps: usize);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Phase, _: usize) {}
    fn advance(&self, _: usize) {}
}
