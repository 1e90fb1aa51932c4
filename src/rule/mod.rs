//! Rules: read from their files, checked, ready for the engine.
