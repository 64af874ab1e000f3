//! Ports, Services, policies of the network.

pub mod probe_port;
