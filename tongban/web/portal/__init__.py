"""The portal: what citizens and companies see, phone first."""
