//! Pods, and what else is in `pkg/apis/core`.

use super::Go::{Bool, Int, IntOrString, List, Map, Metadata, Outer, Pointer, Quantity, Struct, Text, Time};
use super::meta::{LABEL_SELECTOR, OWNER_REFERENCE};
use super::volume::{
    LOCAL_OBJECT_REFERENCE, NODE_SELECTOR, NODE_SELECTOR_TERM, OBJECT_FIELD_SELECTOR,
    RESOURCE_FIELD_SELECTOR, VOLUME,
};
use super::{Fields, field, tagged};

/// `ContainerPort` of core.
pub(in crate::apiserver) static CONTAINER_PORT: Fields = &[
    field("Name", "name", Text),
    field("HostPort", "hostPort", Int),
    field("ContainerPort", "containerPort", Int),
    field("Protocol", "protocol", Text),
    field("HostIP", "hostIP", Text),
];

/// `ConfigMapEnvSource` of core.
pub(in crate::apiserver) static CONFIG_MAP_ENV_SOURCE: Fields =
    &[field("Name", "name", Text), field("Optional", "optional", Pointer(&Bool))];

/// `SecretEnvSource` of core.
pub(in crate::apiserver) static SECRET_ENV_SOURCE: Fields =
    &[field("Name", "name", Text), field("Optional", "optional", Pointer(&Bool))];

/// `EnvFromSource` of core.
pub(in crate::apiserver) static ENV_FROM_SOURCE: Fields = &[
    field("Prefix", "prefix", Text),
    field("ConfigMapRef", "configMapRef", Pointer(&Struct(&CONFIG_MAP_ENV_SOURCE))),
    field("SecretRef", "secretRef", Pointer(&Struct(&SECRET_ENV_SOURCE))),
];

/// `ConfigMapKeySelector` of core.
pub(in crate::apiserver) static CONFIG_MAP_KEY_SELECTOR: Fields =
    &[field("Name", "name", Text), field("Key", "key", Text), field("Optional", "optional", Pointer(&Bool))];

/// `SecretKeySelector` of core.
pub(in crate::apiserver) static SECRET_KEY_SELECTOR: Fields =
    &[field("Name", "name", Text), field("Key", "key", Text), field("Optional", "optional", Pointer(&Bool))];

/// `FileKeySelector` of core.
pub(in crate::apiserver) static FILE_KEY_SELECTOR: Fields = &[
    field("VolumeName", "volumeName", Text),
    field("Path", "path", Text),
    field("Key", "key", Text),
    field("Optional", "optional", Pointer(&Bool)),
];

/// `EnvVarSource` of core.
pub(in crate::apiserver) static ENV_VAR_SOURCE: Fields = &[
    field("FieldRef", "fieldRef", Pointer(&Struct(&OBJECT_FIELD_SELECTOR))),
    field("ResourceFieldRef", "resourceFieldRef", Pointer(&Struct(&RESOURCE_FIELD_SELECTOR))),
    field("ConfigMapKeyRef", "configMapKeyRef", Pointer(&Struct(&CONFIG_MAP_KEY_SELECTOR))),
    field("SecretKeyRef", "secretKeyRef", Pointer(&Struct(&SECRET_KEY_SELECTOR))),
    field("FileKeyRef", "fileKeyRef", Pointer(&Struct(&FILE_KEY_SELECTOR))),
];

/// `EnvVar` of core.
pub(in crate::apiserver) static ENV_VAR: Fields = &[
    field("Name", "name", Text),
    field("Value", "value", Text),
    field("ValueFrom", "valueFrom", Pointer(&Struct(&ENV_VAR_SOURCE))),
];

/// `ResourceClaim` of core.
pub(in crate::apiserver) static RESOURCE_CLAIM: Fields =
    &[field("Name", "name", Text), field("Request", "request", Text)];

/// `ResourceRequirements` of core.
pub(in crate::apiserver) static RESOURCE_REQUIREMENTS: Fields = &[
    field("Limits", "limits", Map(&Quantity)),
    field("Requests", "requests", Map(&Quantity)),
    field("Claims", "claims", List(&Struct(&RESOURCE_CLAIM))),
];

/// `ContainerResizePolicy` of core.
pub(in crate::apiserver) static CONTAINER_RESIZE_POLICY: Fields =
    &[field("ResourceName", "resourceName", Text), field("RestartPolicy", "restartPolicy", Text)];

/// `ContainerRestartRuleOnExitCodes` of core.
pub(in crate::apiserver) static CONTAINER_RESTART_RULE_ON_EXIT_CODES: Fields =
    &[field("Operator", "operator", Text), field("Values", "values", List(&Int))];

/// `ContainerRestartRule` of core.
pub(in crate::apiserver) static CONTAINER_RESTART_RULE: Fields = &[
    field("Action", "action", Text),
    field("ExitCodes", "exitCodes", Pointer(&Struct(&CONTAINER_RESTART_RULE_ON_EXIT_CODES))),
];

/// `VolumeMount` of core.
pub(in crate::apiserver) static VOLUME_MOUNT: Fields = &[
    field("Name", "name", Text),
    field("ReadOnly", "readOnly", Bool),
    field("RecursiveReadOnly", "recursiveReadOnly", Pointer(&Text)),
    field("MountPath", "mountPath", Text),
    field("SubPath", "subPath", Text),
    field("MountPropagation", "mountPropagation", Pointer(&Text)),
    field("SubPathExpr", "subPathExpr", Text),
];

/// `VolumeDevice` of core.
pub(in crate::apiserver) static VOLUME_DEVICE: Fields =
    &[field("Name", "name", Text), field("DevicePath", "devicePath", Text)];

/// `ExecAction` of core.
pub(in crate::apiserver) static EXEC_ACTION: Fields = &[field("Command", "command", List(&Text))];

/// `HTTPHeader` of core.
pub(in crate::apiserver) static HTTP_HEADER: Fields =
    &[field("Name", "name", Text), field("Value", "value", Text)];

/// `HTTPGetAction` of core.
pub(in crate::apiserver) static HTTP_GET_ACTION: Fields = &[
    field("Path", "path", Text),
    field("Port", "port", IntOrString),
    field("Host", "host", Text),
    field("Scheme", "scheme", Text),
    field("HTTPHeaders", "httpHeaders", List(&Struct(&HTTP_HEADER))),
];

/// `TCPSocketAction` of core.
pub(in crate::apiserver) static TCP_SOCKET_ACTION: Fields =
    &[field("Port", "port", IntOrString), field("Host", "host", Text)];

/// `GRPCAction` of core.
pub(in crate::apiserver) static GRPC_ACTION: Fields =
    &[field("Port", "port", Int), field("Service", "service", Pointer(&Text))];

/// `Probe` of core.
pub(in crate::apiserver) static PROBE: Fields = &[
    field("Exec", "exec", Pointer(&Struct(&EXEC_ACTION))),
    field("HTTPGet", "httpGet", Pointer(&Struct(&HTTP_GET_ACTION))),
    field("TCPSocket", "tcpSocket", Pointer(&Struct(&TCP_SOCKET_ACTION))),
    field("GRPC", "grpc", Pointer(&Struct(&GRPC_ACTION))),
    field("InitialDelaySeconds", "initialDelaySeconds", Int),
    field("TimeoutSeconds", "timeoutSeconds", Int),
    field("PeriodSeconds", "periodSeconds", Int),
    field("SuccessThreshold", "successThreshold", Int),
    field("FailureThreshold", "failureThreshold", Int),
    field("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", Pointer(&Int)),
];

/// `SleepAction` of core.
pub(in crate::apiserver) static SLEEP_ACTION: Fields = &[field("Seconds", "seconds", Int)];

/// `LifecycleHandler` of core.
pub(in crate::apiserver) static LIFECYCLE_HANDLER: Fields = &[
    field("Exec", "exec", Pointer(&Struct(&EXEC_ACTION))),
    field("HTTPGet", "httpGet", Pointer(&Struct(&HTTP_GET_ACTION))),
    field("TCPSocket", "tcpSocket", Pointer(&Struct(&TCP_SOCKET_ACTION))),
    field("Sleep", "sleep", Pointer(&Struct(&SLEEP_ACTION))),
];

/// `Lifecycle` of core.
pub(in crate::apiserver) static LIFECYCLE: Fields = &[
    field("PostStart", "postStart", Pointer(&Struct(&LIFECYCLE_HANDLER))),
    field("PreStop", "preStop", Pointer(&Struct(&LIFECYCLE_HANDLER))),
    field("StopSignal", "stopSignal", Pointer(&Text)),
];

/// `Capabilities` of core.
pub(in crate::apiserver) static CAPABILITIES: Fields =
    &[field("Add", "add", List(&Text)), field("Drop", "drop", List(&Text))];

/// `SELinuxOptions` of core.
pub(in crate::apiserver) static SE_LINUX_OPTIONS: Fields = &[
    field("User", "user", Text),
    field("Role", "role", Text),
    field("Type", "type", Text),
    field("Level", "level", Text),
];

/// `WindowsSecurityContextOptions` of core.
pub(in crate::apiserver) static WINDOWS_SECURITY_CONTEXT_OPTIONS: Fields = &[
    field("GMSACredentialSpecName", "gmsaCredentialSpecName", Pointer(&Text)),
    field("GMSACredentialSpec", "gmsaCredentialSpec", Pointer(&Text)),
    field("RunAsUserName", "runAsUserName", Pointer(&Text)),
    field("HostProcess", "hostProcess", Pointer(&Bool)),
];

/// `SeccompProfile` of core.
pub(in crate::apiserver) static SECCOMP_PROFILE: Fields =
    &[field("Type", "type", Text), field("LocalhostProfile", "localhostProfile", Pointer(&Text))];

/// `AppArmorProfile` of core.
pub(in crate::apiserver) static APP_ARMOR_PROFILE: Fields =
    &[field("Type", "type", Text), field("LocalhostProfile", "localhostProfile", Pointer(&Text))];

/// `SecurityContext` of core.
pub(in crate::apiserver) static SECURITY_CONTEXT: Fields = &[
    field("Capabilities", "capabilities", Pointer(&Struct(&CAPABILITIES))),
    field("Privileged", "privileged", Pointer(&Bool)),
    field("SELinuxOptions", "seLinuxOptions", Pointer(&Struct(&SE_LINUX_OPTIONS))),
    field("WindowsOptions", "windowsOptions", Pointer(&Struct(&WINDOWS_SECURITY_CONTEXT_OPTIONS))),
    field("RunAsUser", "runAsUser", Pointer(&Int)),
    field("RunAsGroup", "runAsGroup", Pointer(&Int)),
    field("RunAsNonRoot", "runAsNonRoot", Pointer(&Bool)),
    field("ReadOnlyRootFilesystem", "readOnlyRootFilesystem", Pointer(&Bool)),
    field("AllowPrivilegeEscalation", "allowPrivilegeEscalation", Pointer(&Bool)),
    field("ProcMount", "procMount", Pointer(&Text)),
    field("SeccompProfile", "seccompProfile", Pointer(&Struct(&SECCOMP_PROFILE))),
    field("AppArmorProfile", "appArmorProfile", Pointer(&Struct(&APP_ARMOR_PROFILE))),
];

/// `Container` of core.
pub(in crate::apiserver) static CONTAINER: Fields = &[
    field("Name", "name", Text),
    field("Image", "image", Text),
    field("Command", "command", List(&Text)),
    field("Args", "args", List(&Text)),
    field("WorkingDir", "workingDir", Text),
    field("Ports", "ports", List(&Struct(&CONTAINER_PORT))),
    field("EnvFrom", "envFrom", List(&Struct(&ENV_FROM_SOURCE))),
    field("Env", "env", List(&Struct(&ENV_VAR))),
    field("Resources", "resources", Struct(&RESOURCE_REQUIREMENTS)),
    field("ResizePolicy", "resizePolicy", List(&Struct(&CONTAINER_RESIZE_POLICY))),
    field("RestartPolicy", "restartPolicy", Pointer(&Text)),
    field("RestartPolicyRules", "restartPolicyRules", List(&Struct(&CONTAINER_RESTART_RULE))),
    field("VolumeMounts", "volumeMounts", List(&Struct(&VOLUME_MOUNT))),
    field("VolumeDevices", "volumeDevices", List(&Struct(&VOLUME_DEVICE))),
    field("LivenessProbe", "livenessProbe", Pointer(&Struct(&PROBE))),
    field("ReadinessProbe", "readinessProbe", Pointer(&Struct(&PROBE))),
    field("StartupProbe", "startupProbe", Pointer(&Struct(&PROBE))),
    field("Lifecycle", "lifecycle", Pointer(&Struct(&LIFECYCLE))),
    field("TerminationMessagePath", "terminationMessagePath", Text),
    field("TerminationMessagePolicy", "terminationMessagePolicy", Text),
    field("ImagePullPolicy", "imagePullPolicy", Text),
    field("SecurityContext", "securityContext", Pointer(&Struct(&SECURITY_CONTEXT))),
    field("Stdin", "stdin", Bool),
    field("StdinOnce", "stdinOnce", Bool),
    field("TTY", "tty", Bool),
];

/// `EphemeralContainer` of core.
pub(in crate::apiserver) static EPHEMERAL_CONTAINER: Fields = &[
    field("Name", "name", Text),
    field("Image", "image", Text),
    field("Command", "command", List(&Text)),
    field("Args", "args", List(&Text)),
    field("WorkingDir", "workingDir", Text),
    field("Ports", "ports", List(&Struct(&CONTAINER_PORT))),
    field("EnvFrom", "envFrom", List(&Struct(&ENV_FROM_SOURCE))),
    field("Env", "env", List(&Struct(&ENV_VAR))),
    field("Resources", "resources", Struct(&RESOURCE_REQUIREMENTS)),
    field("ResizePolicy", "resizePolicy", List(&Struct(&CONTAINER_RESIZE_POLICY))),
    field("RestartPolicy", "restartPolicy", Pointer(&Text)),
    field("RestartPolicyRules", "restartPolicyRules", List(&Struct(&CONTAINER_RESTART_RULE))),
    field("VolumeMounts", "volumeMounts", List(&Struct(&VOLUME_MOUNT))),
    field("VolumeDevices", "volumeDevices", List(&Struct(&VOLUME_DEVICE))),
    field("LivenessProbe", "livenessProbe", Pointer(&Struct(&PROBE))),
    field("ReadinessProbe", "readinessProbe", Pointer(&Struct(&PROBE))),
    field("StartupProbe", "startupProbe", Pointer(&Struct(&PROBE))),
    field("Lifecycle", "lifecycle", Pointer(&Struct(&LIFECYCLE))),
    field("TerminationMessagePath", "terminationMessagePath", Text),
    field("TerminationMessagePolicy", "terminationMessagePolicy", Text),
    field("ImagePullPolicy", "imagePullPolicy", Text),
    field("SecurityContext", "securityContext", Pointer(&Struct(&SECURITY_CONTEXT))),
    field("Stdin", "stdin", Bool),
    field("StdinOnce", "stdinOnce", Bool),
    field("TTY", "tty", Bool),
    field("TargetContainerName", "targetContainerName", Text),
];

/// `Sysctl` of core.
pub(in crate::apiserver) static SYSCTL: Fields =
    &[field("Name", "name", Text), field("Value", "value", Text)];

/// `PodSecurityContext` of core.
pub(in crate::apiserver) static POD_SECURITY_CONTEXT: Fields = &[
    field("HostNetwork", "hostNetwork", Outer(&Bool)),
    field("HostPID", "hostPID", Outer(&Bool)),
    field("HostIPC", "hostIPC", Outer(&Bool)),
    field("ShareProcessNamespace", "shareProcessNamespace", Outer(&Pointer(&Bool))),
    field("HostUsers", "hostUsers", Outer(&Pointer(&Bool))),
    field("SELinuxOptions", "seLinuxOptions", Pointer(&Struct(&SE_LINUX_OPTIONS))),
    field("WindowsOptions", "windowsOptions", Pointer(&Struct(&WINDOWS_SECURITY_CONTEXT_OPTIONS))),
    field("RunAsUser", "runAsUser", Pointer(&Int)),
    field("RunAsGroup", "runAsGroup", Pointer(&Int)),
    field("RunAsNonRoot", "runAsNonRoot", Pointer(&Bool)),
    field("SupplementalGroups", "supplementalGroups", List(&Int)),
    field("SupplementalGroupsPolicy", "supplementalGroupsPolicy", Pointer(&Text)),
    field("FSGroup", "fsGroup", Pointer(&Int)),
    field("FSGroupChangePolicy", "fsGroupChangePolicy", Pointer(&Text)),
    field("Sysctls", "sysctls", List(&Struct(&SYSCTL))),
    field("SeccompProfile", "seccompProfile", Pointer(&Struct(&SECCOMP_PROFILE))),
    field("AppArmorProfile", "appArmorProfile", Pointer(&Struct(&APP_ARMOR_PROFILE))),
    field("SELinuxChangePolicy", "seLinuxChangePolicy", Pointer(&Text)),
];

/// `PreferredSchedulingTerm` of core.
pub(in crate::apiserver) static PREFERRED_SCHEDULING_TERM: Fields =
    &[field("Weight", "weight", Int), field("Preference", "preference", Struct(&NODE_SELECTOR_TERM))];

/// `NodeAffinity` of core.
pub(in crate::apiserver) static NODE_AFFINITY: Fields = &[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        Pointer(&Struct(&NODE_SELECTOR)),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        List(&Struct(&PREFERRED_SCHEDULING_TERM)),
    ),
];

/// `PodAffinityTerm` of core.
pub(in crate::apiserver) static POD_AFFINITY_TERM: Fields = &[
    field("LabelSelector", "labelSelector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("Namespaces", "namespaces", List(&Text)),
    field("TopologyKey", "topologyKey", Text),
    field("NamespaceSelector", "namespaceSelector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("MatchLabelKeys", "matchLabelKeys", List(&Text)),
    field("MismatchLabelKeys", "mismatchLabelKeys", List(&Text)),
];

/// `WeightedPodAffinityTerm` of core.
pub(in crate::apiserver) static WEIGHTED_POD_AFFINITY_TERM: Fields = &[
    field("Weight", "weight", Int),
    field("PodAffinityTerm", "podAffinityTerm", Struct(&POD_AFFINITY_TERM)),
];

/// `PodAffinity` of core.
pub(in crate::apiserver) static POD_AFFINITY: Fields = &[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        List(&Struct(&POD_AFFINITY_TERM)),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        List(&Struct(&WEIGHTED_POD_AFFINITY_TERM)),
    ),
];

/// `PodAntiAffinity` of core.
pub(in crate::apiserver) static POD_ANTI_AFFINITY: Fields = &[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        List(&Struct(&POD_AFFINITY_TERM)),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        List(&Struct(&WEIGHTED_POD_AFFINITY_TERM)),
    ),
];

/// `Affinity` of core.
pub(in crate::apiserver) static AFFINITY: Fields = &[
    field("NodeAffinity", "nodeAffinity", Pointer(&Struct(&NODE_AFFINITY))),
    field("PodAffinity", "podAffinity", Pointer(&Struct(&POD_AFFINITY))),
    field("PodAntiAffinity", "podAntiAffinity", Pointer(&Struct(&POD_ANTI_AFFINITY))),
];

/// `Toleration` of core.
pub(in crate::apiserver) static TOLERATION: Fields = &[
    field("Key", "key", Text),
    field("Operator", "operator", Text),
    field("Value", "value", Text),
    field("Effect", "effect", Text),
    field("TolerationSeconds", "tolerationSeconds", Pointer(&Int)),
];

/// `HostAlias` of core.
pub(in crate::apiserver) static HOST_ALIAS: Fields =
    &[field("IP", "ip", Text), field("Hostnames", "hostnames", List(&Text))];

/// `PodDNSConfigOption` of core.
pub(in crate::apiserver) static POD_DNS_CONFIG_OPTION: Fields =
    &[field("Name", "name", Text), field("Value", "value", Pointer(&Text))];

/// `PodDNSConfig` of core.
pub(in crate::apiserver) static POD_DNS_CONFIG: Fields = &[
    field("Nameservers", "nameservers", List(&Text)),
    field("Searches", "searches", List(&Text)),
    field("Options", "options", List(&Struct(&POD_DNS_CONFIG_OPTION))),
];

/// `PodReadinessGate` of core.
pub(in crate::apiserver) static POD_READINESS_GATE: Fields = &[field("ConditionType", "conditionType", Text)];

/// `TopologySpreadConstraint` of core.
pub(in crate::apiserver) static TOPOLOGY_SPREAD_CONSTRAINT: Fields = &[
    field("MaxSkew", "maxSkew", Int),
    field("TopologyKey", "topologyKey", Text),
    field("WhenUnsatisfiable", "whenUnsatisfiable", Text),
    field("LabelSelector", "labelSelector", Pointer(&Struct(&LABEL_SELECTOR))),
    field("MinDomains", "minDomains", Pointer(&Int)),
    field("NodeAffinityPolicy", "nodeAffinityPolicy", Pointer(&Text)),
    field("NodeTaintsPolicy", "nodeTaintsPolicy", Pointer(&Text)),
    field("MatchLabelKeys", "matchLabelKeys", List(&Text)),
];

/// `PodOS` of core.
pub(in crate::apiserver) static POD_OS: Fields = &[field("Name", "name", Text)];

/// `PodSchedulingGate` of core.
pub(in crate::apiserver) static POD_SCHEDULING_GATE: Fields = &[field("Name", "name", Text)];

/// `PodResourceClaim` of core.
pub(in crate::apiserver) static POD_RESOURCE_CLAIM: Fields = &[
    field("Name", "name", Text),
    field("ResourceClaimName", "resourceClaimName", Pointer(&Text)),
    field("ResourceClaimTemplateName", "resourceClaimTemplateName", Pointer(&Text)),
];

/// `PodSchedulingGroup` of core.
pub(in crate::apiserver) static POD_SCHEDULING_GROUP: Fields =
    &[field("PodGroupName", "podGroupName", Pointer(&Text))];

/// `PodSpec` of core.
pub(in crate::apiserver) static POD_SPEC: Fields = &[
    field("Volumes", "volumes", List(&Struct(&VOLUME))),
    field("InitContainers", "initContainers", List(&Struct(&CONTAINER))),
    field("Containers", "containers", List(&Struct(&CONTAINER))),
    field("EphemeralContainers", "ephemeralContainers", List(&Struct(&EPHEMERAL_CONTAINER))),
    field("RestartPolicy", "restartPolicy", Text),
    field("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", Pointer(&Int)),
    field("ActiveDeadlineSeconds", "activeDeadlineSeconds", Pointer(&Int)),
    field("DNSPolicy", "dnsPolicy", Text),
    field("NodeSelector", "nodeSelector", Map(&Text)),
    field("ServiceAccountName", "serviceAccountName", Text),
    field("AutomountServiceAccountToken", "automountServiceAccountToken", Pointer(&Bool)),
    field("NodeName", "nodeName", Text),
    field("SecurityContext", "securityContext", Pointer(&Struct(&POD_SECURITY_CONTEXT))),
    field("ImagePullSecrets", "imagePullSecrets", List(&Struct(&LOCAL_OBJECT_REFERENCE))),
    field("Hostname", "hostname", Text),
    field("Subdomain", "subdomain", Text),
    field("SetHostnameAsFQDN", "setHostnameAsFQDN", Pointer(&Bool)),
    field("Affinity", "affinity", Pointer(&Struct(&AFFINITY))),
    field("SchedulerName", "schedulerName", Text),
    field("Tolerations", "tolerations", List(&Struct(&TOLERATION))),
    field("HostAliases", "hostAliases", List(&Struct(&HOST_ALIAS))),
    field("PriorityClassName", "priorityClassName", Text),
    field("Priority", "priority", Pointer(&Int)),
    field("PreemptionPolicy", "preemptionPolicy", Pointer(&Text)),
    field("DNSConfig", "dnsConfig", Pointer(&Struct(&POD_DNS_CONFIG))),
    field("ReadinessGates", "readinessGates", List(&Struct(&POD_READINESS_GATE))),
    field("RuntimeClassName", "runtimeClassName", Pointer(&Text)),
    field("Overhead", "overhead", Map(&Quantity)),
    field("EnableServiceLinks", "enableServiceLinks", Pointer(&Bool)),
    field(
        "TopologySpreadConstraints",
        "topologySpreadConstraints",
        List(&Struct(&TOPOLOGY_SPREAD_CONSTRAINT)),
    ),
    field("OS", "os", Pointer(&Struct(&POD_OS))),
    field("SchedulingGates", "schedulingGates", List(&Struct(&POD_SCHEDULING_GATE))),
    field("ResourceClaims", "resourceClaims", List(&Struct(&POD_RESOURCE_CLAIM))),
    field("Resources", "resources", Pointer(&Struct(&RESOURCE_REQUIREMENTS))),
    field("HostnameOverride", "hostnameOverride", Pointer(&Text)),
    field("SchedulingGroup", "schedulingGroup", Pointer(&Struct(&POD_SCHEDULING_GROUP))),
];

/// `PodTemplateSpec` of core.
pub(in crate::apiserver) static POD_TEMPLATE_SPEC: Fields = &[
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
    field("Spec", "spec", Struct(&POD_SPEC)),
];

/// `EventSource` of core.
pub(in crate::apiserver) static EVENT_SOURCE: Fields =
    &[field("Component", "component", Text), field("Host", "host", Text)];
