//! Every object of repositories that the real git made, in all the ways in which git stores them: each is handed over
//! once, byte for byte as `git cat-file` prints it.

mod common;
mod objects {
    mod hostile;
    mod layouts;
    mod repository;
    mod survey;
}
