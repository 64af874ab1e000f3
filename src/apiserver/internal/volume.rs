//! Volumes and claims of `pkg/apis/core`.

use super::Go::{Bool, Int, List, Map, Metadata, Pointer, Quantity, Struct, Text, Time};
use super::meta::{LABEL_SELECTOR, OWNER_REFERENCE};
use super::{Fields, field, tagged};

/// `HostPathVolumeSource` of core.
pub(in crate::apiserver) static HOST_PATH_VOLUME_SOURCE: Fields =
    &[field("Path", "path", Text), field("Type", "type", Pointer(&Text))];

/// `EmptyDirVolumeSource` of core.
pub(in crate::apiserver) static EMPTY_DIR_VOLUME_SOURCE: Fields =
    &[field("Medium", "medium", Text), field("SizeLimit", "sizeLimit", Pointer(&Quantity))];

/// `GCEPersistentDiskVolumeSource` of core.
pub(in crate::apiserver) static GCE_PERSISTENT_DISK_VOLUME_SOURCE: Fields = &[
    field("PDName", "pdName", Text),
    field("FSType", "fsType", Text),
    field("Partition", "partition", Int),
    field("ReadOnly", "readOnly", Bool),
];

/// `AWSElasticBlockStoreVolumeSource` of core.
pub(in crate::apiserver) static AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE: Fields = &[
    field("VolumeID", "volumeID", Text),
    field("FSType", "fsType", Text),
    field("Partition", "partition", Int),
    field("ReadOnly", "readOnly", Bool),
];

/// `GitRepoVolumeSource` of core.
pub(in crate::apiserver) static GIT_REPO_VOLUME_SOURCE: Fields = &[
    field("Repository", "repository", Text),
    field("Revision", "revision", Text),
    field("Directory", "directory", Text),
];

/// `KeyToPath` of core.
pub(in crate::apiserver) static KEY_TO_PATH: Fields =
    &[field("Key", "key", Text), field("Path", "path", Text), field("Mode", "mode", Pointer(&Int))];

/// `SecretVolumeSource` of core.
pub(in crate::apiserver) static SECRET_VOLUME_SOURCE: Fields = &[
    field("SecretName", "secretName", Text),
    field("Items", "items", List(&Struct(&KEY_TO_PATH))),
    field("DefaultMode", "defaultMode", Pointer(&Int)),
    field("Optional", "optional", Pointer(&Bool)),
];

/// `NFSVolumeSource` of core.
pub(in crate::apiserver) static NFS_VOLUME_SOURCE: Fields =
    &[field("Server", "server", Text), field("Path", "path", Text), field("ReadOnly", "readOnly", Bool)];

/// `LocalObjectReference` of core.
pub(in crate::apiserver) static LOCAL_OBJECT_REFERENCE: Fields = &[field("Name", "name", Text)];

/// `ISCSIVolumeSource` of core.
pub(in crate::apiserver) static ISCSI_VOLUME_SOURCE: Fields = &[
    field("TargetPortal", "targetPortal", Text),
    field("IQN", "iqn", Text),
    field("Lun", "lun", Int),
    field("ISCSIInterface", "iscsiInterface", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("Portals", "portals", List(&Text)),
    field("DiscoveryCHAPAuth", "chapAuthDiscovery", Bool),
    field("SessionCHAPAuth", "chapAuthSession", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("InitiatorName", "initiatorName", Pointer(&Text)),
];

/// `GlusterfsVolumeSource` of core.
pub(in crate::apiserver) static GLUSTERFS_VOLUME_SOURCE: Fields = &[
    field("EndpointsName", "endpoints", Text),
    field("Path", "path", Text),
    field("ReadOnly", "readOnly", Bool),
];

/// `PersistentVolumeClaimVolumeSource` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE: Fields =
    &[field("ClaimName", "claimName", Text), field("ReadOnly", "readOnly", Bool)];

/// `RBDVolumeSource` of core.
pub(in crate::apiserver) static RBD_VOLUME_SOURCE: Fields = &[
    field("CephMonitors", "monitors", List(&Text)),
    field("RBDImage", "image", Text),
    field("FSType", "fsType", Text),
    field("RBDPool", "pool", Text),
    field("RadosUser", "user", Text),
    field("Keyring", "keyring", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
];

/// `QuobyteVolumeSource` of core.
pub(in crate::apiserver) static QUOBYTE_VOLUME_SOURCE: Fields = &[
    field("Registry", "registry", Text),
    field("Volume", "volume", Text),
    field("ReadOnly", "readOnly", Bool),
    field("User", "user", Text),
    field("Group", "group", Text),
    field("Tenant", "tenant", Text),
];

/// `FlexVolumeSource` of core.
pub(in crate::apiserver) static FLEX_VOLUME_SOURCE: Fields = &[
    field("Driver", "driver", Text),
    field("FSType", "fsType", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
    field("Options", "options", Map(&Text)),
];

/// `CinderVolumeSource` of core.
pub(in crate::apiserver) static CINDER_VOLUME_SOURCE: Fields = &[
    field("VolumeID", "volumeID", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
];

/// `CephFSVolumeSource` of core.
pub(in crate::apiserver) static CEPH_FS_VOLUME_SOURCE: Fields = &[
    field("Monitors", "monitors", List(&Text)),
    field("Path", "path", Text),
    field("User", "user", Text),
    field("SecretFile", "secretFile", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
];

/// `FlockerVolumeSource` of core.
pub(in crate::apiserver) static FLOCKER_VOLUME_SOURCE: Fields =
    &[field("DatasetName", "datasetName", Text), field("DatasetUUID", "datasetUUID", Text)];

/// `ObjectFieldSelector` of core.
pub(in crate::apiserver) static OBJECT_FIELD_SELECTOR: Fields =
    &[field("APIVersion", "apiVersion", Text), field("FieldPath", "fieldPath", Text)];

/// `ResourceFieldSelector` of core.
pub(in crate::apiserver) static RESOURCE_FIELD_SELECTOR: Fields = &[
    field("ContainerName", "containerName", Text),
    field("Resource", "resource", Text),
    field("Divisor", "divisor", Quantity),
];

/// `DownwardAPIVolumeFile` of core.
pub(in crate::apiserver) static DOWNWARD_API_VOLUME_FILE: Fields = &[
    field("Path", "path", Text),
    field("FieldRef", "fieldRef", Pointer(&Struct(&OBJECT_FIELD_SELECTOR))),
    field("ResourceFieldRef", "resourceFieldRef", Pointer(&Struct(&RESOURCE_FIELD_SELECTOR))),
    field("Mode", "mode", Pointer(&Int)),
];

/// `DownwardAPIVolumeSource` of core.
pub(in crate::apiserver) static DOWNWARD_API_VOLUME_SOURCE: Fields = &[
    field("Items", "items", List(&Struct(&DOWNWARD_API_VOLUME_FILE))),
    field("DefaultMode", "defaultMode", Pointer(&Int)),
];

/// `FCVolumeSource` of core.
pub(in crate::apiserver) static FC_VOLUME_SOURCE: Fields = &[
    field("TargetWWNs", "targetWWNs", List(&Text)),
    field("Lun", "lun", Pointer(&Int)),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("WWIDs", "wwids", List(&Text)),
];

/// `AzureFileVolumeSource` of core.
pub(in crate::apiserver) static AZURE_FILE_VOLUME_SOURCE: Fields = &[
    field("SecretName", "secretName", Text),
    field("ShareName", "shareName", Text),
    field("ReadOnly", "readOnly", Bool),
];

/// `ConfigMapVolumeSource` of core.
pub(in crate::apiserver) static CONFIG_MAP_VOLUME_SOURCE: Fields = &[
    field("Name", "name", Text),
    field("Items", "items", List(&Struct(&KEY_TO_PATH))),
    field("DefaultMode", "defaultMode", Pointer(&Int)),
    field("Optional", "optional", Pointer(&Bool)),
];

/// `VsphereVirtualDiskVolumeSource` of core.
pub(in crate::apiserver) static VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE: Fields = &[
    field("VolumePath", "volumePath", Text),
    field("FSType", "fsType", Text),
    field("StoragePolicyName", "storagePolicyName", Text),
    field("StoragePolicyID", "storagePolicyID", Text),
];

/// `AzureDiskVolumeSource` of core.
pub(in crate::apiserver) static AZURE_DISK_VOLUME_SOURCE: Fields = &[
    field("DiskName", "diskName", Text),
    field("DataDiskURI", "diskURI", Text),
    field("CachingMode", "cachingMode", Pointer(&Text)),
    field("FSType", "fsType", Pointer(&Text)),
    field("ReadOnly", "readOnly", Pointer(&Bool)),
    field("Kind", "kind", Pointer(&Text)),
];

/// `PhotonPersistentDiskVolumeSource` of core.
pub(in crate::apiserver) static PHOTON_PERSISTENT_DISK_VOLUME_SOURCE: Fields =
    &[field("PdID", "pdID", Text), field("FSType", "fsType", Text)];

/// `SecretProjection` of core.
pub(in crate::apiserver) static SECRET_PROJECTION: Fields = &[
    field("Name", "name", Text),
    field("Items", "items", List(&Struct(&KEY_TO_PATH))),
    field("Optional", "optional", Pointer(&Bool)),
];

/// `DownwardAPIProjection` of core.
pub(in crate::apiserver) static DOWNWARD_API_PROJECTION: Fields =
    &[field("Items", "items", List(&Struct(&DOWNWARD_API_VOLUME_FILE)))];

/// `ConfigMapProjection` of core.
pub(in crate::apiserver) static CONFIG_MAP_PROJECTION: Fields = &[
    field("Name", "name", Text),
    field("Items", "items", List(&Struct(&KEY_TO_PATH))),
    field("Optional", "optional", Pointer(&Bool)),
];

/// `ServiceAccountTokenProjection` of core.
pub(in crate::apiserver) static SERVICE_ACCOUNT_TOKEN_PROJECTION: Fields = &[
    field("Audience", "audience", Text),
    field("ExpirationSeconds", "expirationSeconds", Int),
    field("Path", "path", Text),
];

/// `ClusterTrustBundleProjection` of core.
pub(in crate::apiserver) static CLUSTER_TRUST_BUNDLE_PROJECTION: Fields = &[
    field("Name", "name", Pointer(&Text)),
    field("SignerName", "signerName", Pointer(&Text)),
    field("LabelSelector", "labelSelector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("Optional", "optional", Pointer(&Bool)),
    field("Path", "path", Text),
];

/// `PodCertificateProjection` of core.
pub(in crate::apiserver) static POD_CERTIFICATE_PROJECTION: Fields = &[
    field("SignerName", "signerName", Text),
    field("KeyType", "keyType", Text),
    field("MaxExpirationSeconds", "maxExpirationSeconds", Pointer(&Int)),
    field("CredentialBundlePath", "credentialBundlePath", Text),
    field("KeyPath", "keyPath", Text),
    field("CertificateChainPath", "certificateChainPath", Text),
    field("UserAnnotations", "userAnnotations", Map(&Text)),
];

/// `VolumeProjection` of core.
pub(in crate::apiserver) static VOLUME_PROJECTION: Fields = &[
    field("Secret", "secret", Pointer(&Struct(&SECRET_PROJECTION))),
    field("DownwardAPI", "downwardAPI", Pointer(&Struct(&DOWNWARD_API_PROJECTION))),
    field("ConfigMap", "configMap", Pointer(&Struct(&CONFIG_MAP_PROJECTION))),
    field("ServiceAccountToken", "serviceAccountToken", Pointer(&Struct(&SERVICE_ACCOUNT_TOKEN_PROJECTION))),
    field("ClusterTrustBundle", "clusterTrustBundle", Pointer(&Struct(&CLUSTER_TRUST_BUNDLE_PROJECTION))),
    field("PodCertificate", "podCertificate", Pointer(&Struct(&POD_CERTIFICATE_PROJECTION))),
];

/// `ProjectedVolumeSource` of core.
pub(in crate::apiserver) static PROJECTED_VOLUME_SOURCE: Fields = &[
    field("Sources", "sources", List(&Struct(&VOLUME_PROJECTION))),
    field("DefaultMode", "defaultMode", Pointer(&Int)),
];

/// `PortworxVolumeSource` of core.
pub(in crate::apiserver) static PORTWORX_VOLUME_SOURCE: Fields = &[
    field("VolumeID", "volumeID", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
];

/// `ScaleIOVolumeSource` of core.
pub(in crate::apiserver) static SCALE_IO_VOLUME_SOURCE: Fields = &[
    field("Gateway", "gateway", Text),
    field("System", "system", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("SSLEnabled", "sslEnabled", Bool),
    field("ProtectionDomain", "protectionDomain", Text),
    field("StoragePool", "storagePool", Text),
    field("StorageMode", "storageMode", Text),
    field("VolumeName", "volumeName", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
];

/// `StorageOSVolumeSource` of core.
pub(in crate::apiserver) static STORAGE_OS_VOLUME_SOURCE: Fields = &[
    field("VolumeName", "volumeName", Text),
    field("VolumeNamespace", "volumeNamespace", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
];

/// `CSIVolumeSource` of core.
pub(in crate::apiserver) static CSI_VOLUME_SOURCE: Fields = &[
    field("Driver", "driver", Text),
    field("ReadOnly", "readOnly", Pointer(&Bool)),
    field("FSType", "fsType", Pointer(&Text)),
    field("VolumeAttributes", "volumeAttributes", Map(&Text)),
    field("NodePublishSecretRef", "nodePublishSecretRef", Pointer(&Struct(&LOCAL_OBJECT_REFERENCE))),
];

/// `VolumeResourceRequirements` of core.
pub(in crate::apiserver) static VOLUME_RESOURCE_REQUIREMENTS: Fields =
    &[field("Limits", "limits", Map(&Quantity)), field("Requests", "requests", Map(&Quantity))];

/// `TypedLocalObjectReference` of core.
pub(in crate::apiserver) static TYPED_LOCAL_OBJECT_REFERENCE: Fields = &[
    field("APIGroup", "apiGroup", Pointer(&Text)),
    field("Kind", "kind", Text),
    field("Name", "name", Text),
];

/// `TypedObjectReference` of core.
pub(in crate::apiserver) static TYPED_OBJECT_REFERENCE: Fields = &[
    field("APIGroup", "apiGroup", Pointer(&Text)),
    field("Kind", "kind", Text),
    field("Name", "name", Text),
    field("Namespace", "namespace", Pointer(&Text)),
];

/// `PersistentVolumeClaimSpec` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM_SPEC: Fields = &[
    field("AccessModes", "accessModes", List(&Text)),
    field("Selector", "selector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("Resources", "resources", Struct(&VOLUME_RESOURCE_REQUIREMENTS)),
    field("VolumeName", "volumeName", Text),
    field("StorageClassName", "storageClassName", Pointer(&Text)),
    field("VolumeMode", "volumeMode", Pointer(&Text)),
    field("DataSource", "dataSource", Pointer(&Struct(&TYPED_LOCAL_OBJECT_REFERENCE))),
    field("DataSourceRef", "dataSourceRef", Pointer(&Struct(&TYPED_OBJECT_REFERENCE))),
    field("VolumeAttributesClassName", "volumeAttributesClassName", Pointer(&Text)),
];

/// `PersistentVolumeClaimTemplate` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM_TEMPLATE: Fields = &[
    tagged("name", "name", Metadata(&Text)),
    tagged("generateName", "generateName", Metadata(&Text)),
    tagged("namespace", "namespace", Metadata(&Text)),
    tagged("selfLink", "selfLink", Metadata(&Text)),
    tagged("uid", "uid", Metadata(&Text)),
    tagged("resourceVersion", "resourceVersion", Metadata(&Text)),
    tagged("generation", "generation", Metadata(&Int)),
    tagged("creationTimestamp", "creationTimestamp", Metadata(&Time)),
    tagged("deletionTimestamp", "deletionTimestamp", Metadata(&Pointer(&Time))),
    tagged("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", Metadata(&Pointer(&Int))),
    tagged("labels", "labels", Metadata(&Map(&Text))),
    tagged("annotations", "annotations", Metadata(&Map(&Text))),
    tagged("ownerReferences", "ownerReferences", Metadata(&List(&Struct(&OWNER_REFERENCE)))),
    tagged("finalizers", "finalizers", Metadata(&List(&Text))),
    field("Spec", "spec", Struct(&PERSISTENT_VOLUME_CLAIM_SPEC)),
];

/// `EphemeralVolumeSource` of core.
pub(in crate::apiserver) static EPHEMERAL_VOLUME_SOURCE: Fields = &[field(
    "VolumeClaimTemplate",
    "volumeClaimTemplate",
    Pointer(&Struct(&PERSISTENT_VOLUME_CLAIM_TEMPLATE)),
)];

/// `ImageVolumeSource` of core.
pub(in crate::apiserver) static IMAGE_VOLUME_SOURCE: Fields =
    &[field("Reference", "reference", Text), field("PullPolicy", "pullPolicy", Text)];

/// `Volume` of core.
pub(in crate::apiserver) static VOLUME: Fields = &[
    field("Name", "name", Text),
    field("HostPath", "hostPath", Pointer(&Struct(&HOST_PATH_VOLUME_SOURCE))),
    field("EmptyDir", "emptyDir", Pointer(&Struct(&EMPTY_DIR_VOLUME_SOURCE))),
    field("GCEPersistentDisk", "gcePersistentDisk", Pointer(&Struct(&GCE_PERSISTENT_DISK_VOLUME_SOURCE))),
    field(
        "AWSElasticBlockStore",
        "awsElasticBlockStore",
        Pointer(&Struct(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE)),
    ),
    field("GitRepo", "gitRepo", Pointer(&Struct(&GIT_REPO_VOLUME_SOURCE))),
    field("Secret", "secret", Pointer(&Struct(&SECRET_VOLUME_SOURCE))),
    field("NFS", "nfs", Pointer(&Struct(&NFS_VOLUME_SOURCE))),
    field("ISCSI", "iscsi", Pointer(&Struct(&ISCSI_VOLUME_SOURCE))),
    field("Glusterfs", "glusterfs", Pointer(&Struct(&GLUSTERFS_VOLUME_SOURCE))),
    field(
        "PersistentVolumeClaim",
        "persistentVolumeClaim",
        Pointer(&Struct(&PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE)),
    ),
    field("RBD", "rbd", Pointer(&Struct(&RBD_VOLUME_SOURCE))),
    field("Quobyte", "quobyte", Pointer(&Struct(&QUOBYTE_VOLUME_SOURCE))),
    field("FlexVolume", "flexVolume", Pointer(&Struct(&FLEX_VOLUME_SOURCE))),
    field("Cinder", "cinder", Pointer(&Struct(&CINDER_VOLUME_SOURCE))),
    field("CephFS", "cephfs", Pointer(&Struct(&CEPH_FS_VOLUME_SOURCE))),
    field("Flocker", "flocker", Pointer(&Struct(&FLOCKER_VOLUME_SOURCE))),
    field("DownwardAPI", "downwardAPI", Pointer(&Struct(&DOWNWARD_API_VOLUME_SOURCE))),
    field("FC", "fc", Pointer(&Struct(&FC_VOLUME_SOURCE))),
    field("AzureFile", "azureFile", Pointer(&Struct(&AZURE_FILE_VOLUME_SOURCE))),
    field("ConfigMap", "configMap", Pointer(&Struct(&CONFIG_MAP_VOLUME_SOURCE))),
    field("VsphereVolume", "vsphereVolume", Pointer(&Struct(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE))),
    field("AzureDisk", "azureDisk", Pointer(&Struct(&AZURE_DISK_VOLUME_SOURCE))),
    field(
        "PhotonPersistentDisk",
        "photonPersistentDisk",
        Pointer(&Struct(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE)),
    ),
    field("Projected", "projected", Pointer(&Struct(&PROJECTED_VOLUME_SOURCE))),
    field("PortworxVolume", "portworxVolume", Pointer(&Struct(&PORTWORX_VOLUME_SOURCE))),
    field("ScaleIO", "scaleIO", Pointer(&Struct(&SCALE_IO_VOLUME_SOURCE))),
    field("StorageOS", "storageos", Pointer(&Struct(&STORAGE_OS_VOLUME_SOURCE))),
    field("CSI", "csi", Pointer(&Struct(&CSI_VOLUME_SOURCE))),
    field("Ephemeral", "ephemeral", Pointer(&Struct(&EPHEMERAL_VOLUME_SOURCE))),
    field("Image", "image", Pointer(&Struct(&IMAGE_VOLUME_SOURCE))),
];

/// `NodeSelectorRequirement` of core.
pub(in crate::apiserver) static NODE_SELECTOR_REQUIREMENT: Fields =
    &[field("Key", "key", Text), field("Operator", "operator", Text), field("Values", "values", List(&Text))];

/// `NodeSelectorTerm` of core.
pub(in crate::apiserver) static NODE_SELECTOR_TERM: Fields = &[
    field("MatchExpressions", "matchExpressions", List(&Struct(&NODE_SELECTOR_REQUIREMENT))),
    field("MatchFields", "matchFields", List(&Struct(&NODE_SELECTOR_REQUIREMENT))),
];

/// `NodeSelector` of core.
pub(in crate::apiserver) static NODE_SELECTOR: Fields =
    &[field("NodeSelectorTerms", "nodeSelectorTerms", List(&Struct(&NODE_SELECTOR_TERM)))];

/// `GlusterfsPersistentVolumeSource` of core.
pub(in crate::apiserver) static GLUSTERFS_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("EndpointsName", "endpoints", Text),
    field("Path", "path", Text),
    field("ReadOnly", "readOnly", Bool),
    field("EndpointsNamespace", "endpointsNamespace", Pointer(&Text)),
];

/// `SecretReference` of core.
pub(in crate::apiserver) static SECRET_REFERENCE: Fields =
    &[field("Name", "name", Text), field("Namespace", "namespace", Text)];

/// `RBDPersistentVolumeSource` of core.
pub(in crate::apiserver) static RBD_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("CephMonitors", "monitors", List(&Text)),
    field("RBDImage", "image", Text),
    field("FSType", "fsType", Text),
    field("RBDPool", "pool", Text),
    field("RadosUser", "user", Text),
    field("Keyring", "keyring", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
];

/// `ISCSIPersistentVolumeSource` of core.
pub(in crate::apiserver) static ISCSI_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("TargetPortal", "targetPortal", Text),
    field("IQN", "iqn", Text),
    field("Lun", "lun", Int),
    field("ISCSIInterface", "iscsiInterface", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("Portals", "portals", List(&Text)),
    field("DiscoveryCHAPAuth", "chapAuthDiscovery", Bool),
    field("SessionCHAPAuth", "chapAuthSession", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("InitiatorName", "initiatorName", Pointer(&Text)),
];

/// `FlexPersistentVolumeSource` of core.
pub(in crate::apiserver) static FLEX_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("Driver", "driver", Text),
    field("FSType", "fsType", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
    field("Options", "options", Map(&Text)),
];

/// `CinderPersistentVolumeSource` of core.
pub(in crate::apiserver) static CINDER_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("VolumeID", "volumeID", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
];

/// `CephFSPersistentVolumeSource` of core.
pub(in crate::apiserver) static CEPH_FS_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("Monitors", "monitors", List(&Text)),
    field("Path", "path", Text),
    field("User", "user", Text),
    field("SecretFile", "secretFile", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("ReadOnly", "readOnly", Bool),
];

/// `AzureFilePersistentVolumeSource` of core.
pub(in crate::apiserver) static AZURE_FILE_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("SecretName", "secretName", Text),
    field("ShareName", "shareName", Text),
    field("ReadOnly", "readOnly", Bool),
    field("SecretNamespace", "secretNamespace", Pointer(&Text)),
];

/// `ScaleIOPersistentVolumeSource` of core.
pub(in crate::apiserver) static SCALE_IO_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("Gateway", "gateway", Text),
    field("System", "system", Text),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("SSLEnabled", "sslEnabled", Bool),
    field("ProtectionDomain", "protectionDomain", Text),
    field("StoragePool", "storagePool", Text),
    field("StorageMode", "storageMode", Text),
    field("VolumeName", "volumeName", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
];

/// `LocalVolumeSource` of core.
pub(in crate::apiserver) static LOCAL_VOLUME_SOURCE: Fields =
    &[field("Path", "path", Text), field("FSType", "fsType", Pointer(&Text))];

/// `ObjectReference` of core.
pub(in crate::apiserver) static OBJECT_REFERENCE: Fields = &[
    field("Kind", "kind", Text),
    field("Namespace", "namespace", Text),
    field("Name", "name", Text),
    field("UID", "uid", Text),
    field("APIVersion", "apiVersion", Text),
    field("ResourceVersion", "resourceVersion", Text),
    field("FieldPath", "fieldPath", Text),
];

/// `StorageOSPersistentVolumeSource` of core.
pub(in crate::apiserver) static STORAGE_OS_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("VolumeName", "volumeName", Text),
    field("VolumeNamespace", "volumeNamespace", Text),
    field("FSType", "fsType", Text),
    field("ReadOnly", "readOnly", Bool),
    field("SecretRef", "secretRef", Pointer(&Struct(&OBJECT_REFERENCE))),
];

/// `CSIPersistentVolumeSource` of core.
pub(in crate::apiserver) static CSI_PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("Driver", "driver", Text),
    field("VolumeHandle", "volumeHandle", Text),
    field("ReadOnly", "readOnly", Bool),
    field("FSType", "fsType", Text),
    field("VolumeAttributes", "volumeAttributes", Map(&Text)),
    field("ControllerPublishSecretRef", "controllerPublishSecretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("NodeStageSecretRef", "nodeStageSecretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("NodePublishSecretRef", "nodePublishSecretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("ControllerExpandSecretRef", "controllerExpandSecretRef", Pointer(&Struct(&SECRET_REFERENCE))),
    field("NodeExpandSecretRef", "nodeExpandSecretRef", Pointer(&Struct(&SECRET_REFERENCE))),
];

/// `PersistentVolumeSource` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_SOURCE: Fields = &[
    field("GCEPersistentDisk", "gcePersistentDisk", Pointer(&Struct(&GCE_PERSISTENT_DISK_VOLUME_SOURCE))),
    field(
        "AWSElasticBlockStore",
        "awsElasticBlockStore",
        Pointer(&Struct(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE)),
    ),
    field("HostPath", "hostPath", Pointer(&Struct(&HOST_PATH_VOLUME_SOURCE))),
    field("Glusterfs", "glusterfs", Pointer(&Struct(&GLUSTERFS_PERSISTENT_VOLUME_SOURCE))),
    field("NFS", "nfs", Pointer(&Struct(&NFS_VOLUME_SOURCE))),
    field("RBD", "rbd", Pointer(&Struct(&RBD_PERSISTENT_VOLUME_SOURCE))),
    field("Quobyte", "quobyte", Pointer(&Struct(&QUOBYTE_VOLUME_SOURCE))),
    field("ISCSI", "iscsi", Pointer(&Struct(&ISCSI_PERSISTENT_VOLUME_SOURCE))),
    field("FlexVolume", "flexVolume", Pointer(&Struct(&FLEX_PERSISTENT_VOLUME_SOURCE))),
    field("Cinder", "cinder", Pointer(&Struct(&CINDER_PERSISTENT_VOLUME_SOURCE))),
    field("CephFS", "cephfs", Pointer(&Struct(&CEPH_FS_PERSISTENT_VOLUME_SOURCE))),
    field("FC", "fc", Pointer(&Struct(&FC_VOLUME_SOURCE))),
    field("Flocker", "flocker", Pointer(&Struct(&FLOCKER_VOLUME_SOURCE))),
    field("AzureFile", "azureFile", Pointer(&Struct(&AZURE_FILE_PERSISTENT_VOLUME_SOURCE))),
    field("VsphereVolume", "vsphereVolume", Pointer(&Struct(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE))),
    field("AzureDisk", "azureDisk", Pointer(&Struct(&AZURE_DISK_VOLUME_SOURCE))),
    field(
        "PhotonPersistentDisk",
        "photonPersistentDisk",
        Pointer(&Struct(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE)),
    ),
    field("PortworxVolume", "portworxVolume", Pointer(&Struct(&PORTWORX_VOLUME_SOURCE))),
    field("ScaleIO", "scaleIO", Pointer(&Struct(&SCALE_IO_PERSISTENT_VOLUME_SOURCE))),
    field("Local", "local", Pointer(&Struct(&LOCAL_VOLUME_SOURCE))),
    field("StorageOS", "storageos", Pointer(&Struct(&STORAGE_OS_PERSISTENT_VOLUME_SOURCE))),
    field("CSI", "csi", Pointer(&Struct(&CSI_PERSISTENT_VOLUME_SOURCE))),
];

/// `VolumeNodeAffinity` of core.
pub(in crate::apiserver) static VOLUME_NODE_AFFINITY: Fields =
    &[field("Required", "required", Pointer(&Struct(&NODE_SELECTOR)))];

/// `PersistentVolumeSpec` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_SPEC: Fields = &[
    field("Capacity", "capacity", Map(&Quantity)),
    field("GCEPersistentDisk", "gcePersistentDisk", Pointer(&Struct(&GCE_PERSISTENT_DISK_VOLUME_SOURCE))),
    field(
        "AWSElasticBlockStore",
        "awsElasticBlockStore",
        Pointer(&Struct(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE)),
    ),
    field("HostPath", "hostPath", Pointer(&Struct(&HOST_PATH_VOLUME_SOURCE))),
    field("Glusterfs", "glusterfs", Pointer(&Struct(&GLUSTERFS_PERSISTENT_VOLUME_SOURCE))),
    field("NFS", "nfs", Pointer(&Struct(&NFS_VOLUME_SOURCE))),
    field("RBD", "rbd", Pointer(&Struct(&RBD_PERSISTENT_VOLUME_SOURCE))),
    field("Quobyte", "quobyte", Pointer(&Struct(&QUOBYTE_VOLUME_SOURCE))),
    field("ISCSI", "iscsi", Pointer(&Struct(&ISCSI_PERSISTENT_VOLUME_SOURCE))),
    field("FlexVolume", "flexVolume", Pointer(&Struct(&FLEX_PERSISTENT_VOLUME_SOURCE))),
    field("Cinder", "cinder", Pointer(&Struct(&CINDER_PERSISTENT_VOLUME_SOURCE))),
    field("CephFS", "cephfs", Pointer(&Struct(&CEPH_FS_PERSISTENT_VOLUME_SOURCE))),
    field("FC", "fc", Pointer(&Struct(&FC_VOLUME_SOURCE))),
    field("Flocker", "flocker", Pointer(&Struct(&FLOCKER_VOLUME_SOURCE))),
    field("AzureFile", "azureFile", Pointer(&Struct(&AZURE_FILE_PERSISTENT_VOLUME_SOURCE))),
    field("VsphereVolume", "vsphereVolume", Pointer(&Struct(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE))),
    field("AzureDisk", "azureDisk", Pointer(&Struct(&AZURE_DISK_VOLUME_SOURCE))),
    field(
        "PhotonPersistentDisk",
        "photonPersistentDisk",
        Pointer(&Struct(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE)),
    ),
    field("PortworxVolume", "portworxVolume", Pointer(&Struct(&PORTWORX_VOLUME_SOURCE))),
    field("ScaleIO", "scaleIO", Pointer(&Struct(&SCALE_IO_PERSISTENT_VOLUME_SOURCE))),
    field("Local", "local", Pointer(&Struct(&LOCAL_VOLUME_SOURCE))),
    field("StorageOS", "storageos", Pointer(&Struct(&STORAGE_OS_PERSISTENT_VOLUME_SOURCE))),
    field("CSI", "csi", Pointer(&Struct(&CSI_PERSISTENT_VOLUME_SOURCE))),
    field("AccessModes", "accessModes", List(&Text)),
    field("ClaimRef", "claimRef", Pointer(&Struct(&OBJECT_REFERENCE))),
    field("PersistentVolumeReclaimPolicy", "persistentVolumeReclaimPolicy", Text),
    field("StorageClassName", "storageClassName", Text),
    field("MountOptions", "mountOptions", List(&Text)),
    field("VolumeMode", "volumeMode", Pointer(&Text)),
    field("NodeAffinity", "nodeAffinity", Pointer(&Struct(&VOLUME_NODE_AFFINITY))),
    field("VolumeAttributesClassName", "volumeAttributesClassName", Pointer(&Text)),
];

/// `PersistentVolumeClaimCondition` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM_CONDITION: Fields = &[
    field("Type", "type", Text),
    field("Status", "status", Text),
    field("LastProbeTime", "lastProbeTime", Time),
    field("LastTransitionTime", "lastTransitionTime", Time),
    field("Reason", "reason", Text),
    field("Message", "message", Text),
];

/// `ModifyVolumeStatus` of core.
pub(in crate::apiserver) static MODIFY_VOLUME_STATUS: Fields = &[
    field("TargetVolumeAttributesClassName", "targetVolumeAttributesClassName", Text),
    field("Status", "status", Text),
];

/// `PersistentVolumeClaimStatus` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM_STATUS: Fields = &[
    field("Phase", "phase", Text),
    field("AccessModes", "accessModes", List(&Text)),
    field("Capacity", "capacity", Map(&Quantity)),
    field("Conditions", "conditions", List(&Struct(&PERSISTENT_VOLUME_CLAIM_CONDITION))),
    field("AllocatedResources", "allocatedResources", Map(&Quantity)),
    field("AllocatedResourceStatuses", "allocatedResourceStatuses", Map(&Text)),
    field("CurrentVolumeAttributesClassName", "currentVolumeAttributesClassName", Pointer(&Text)),
    field("ModifyVolumeStatus", "modifyVolumeStatus", Pointer(&Struct(&MODIFY_VOLUME_STATUS))),
];

/// `PersistentVolumeClaim` of core.
pub(in crate::apiserver) static PERSISTENT_VOLUME_CLAIM: Fields = &[
    tagged("name", "name", Metadata(&Text)),
    tagged("generateName", "generateName", Metadata(&Text)),
    tagged("namespace", "namespace", Metadata(&Text)),
    tagged("selfLink", "selfLink", Metadata(&Text)),
    tagged("uid", "uid", Metadata(&Text)),
    tagged("resourceVersion", "resourceVersion", Metadata(&Text)),
    tagged("generation", "generation", Metadata(&Int)),
    tagged("creationTimestamp", "creationTimestamp", Metadata(&Time)),
    tagged("deletionTimestamp", "deletionTimestamp", Metadata(&Pointer(&Time))),
    tagged("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", Metadata(&Pointer(&Int))),
    tagged("labels", "labels", Metadata(&Map(&Text))),
    tagged("annotations", "annotations", Metadata(&Map(&Text))),
    tagged("ownerReferences", "ownerReferences", Metadata(&List(&Struct(&OWNER_REFERENCE)))),
    tagged("finalizers", "finalizers", Metadata(&List(&Text))),
    field("Spec", "spec", Struct(&PERSISTENT_VOLUME_CLAIM_SPEC)),
    field("Status", "status", Struct(&PERSISTENT_VOLUME_CLAIM_STATUS)),
];
