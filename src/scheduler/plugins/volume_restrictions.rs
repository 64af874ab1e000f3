use crate::cluster::model::VolumeSource;
use crate::scheduler::framework::{Code, Context, Plugin, PreFilter, Reason, Status};

/// `VolumeRestrictions`: a Pod waits for the claims that it names. Of the plugin this is the part that needs no volumes;
/// access modes and shared disks come with the volume plugins.
pub struct VolumeRestrictions;

impl Plugin for VolumeRestrictions {
    fn name(&self) -> &'static str {
        "VolumeRestrictions"
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        let missing = context.pod.spec.volumes.iter().find_map(|volume| match volume.source {
            VolumeSource::Claim(name) => {
                context.objects.lacks_claim(context.pod.meta.namespace, name).then_some(name)
            }
            _ => None,
        });
        match missing {
            None => PreFilter::Skip,
            Some(name) => PreFilter::Refuse(Status {
                code: Code::UnschedulableAndUnresolvable,
                reasons: smallvec::smallvec![Reason::NoClaim(name)],
            }),
        }
    }
}
