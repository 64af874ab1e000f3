//! Storage. Mirrors `pkg/apis/storage/validation`.

pub(super) mod csi;
pub(super) mod storage_class;
pub(super) mod volume_attachment;
