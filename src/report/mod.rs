//! Floor 7: writing reports. A report decides nothing.
