//! People, worlds, lossy networks and clocks that only a test moves.
