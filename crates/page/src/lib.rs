//! Browser adapters and shared components for widget and console.
