//! The pipeline: the only place that joins the steps.
