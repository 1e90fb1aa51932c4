//! Configuration: as written (`schema`) and as meant; where it is found.
