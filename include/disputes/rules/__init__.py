"""What a business edits: claims, playbooks, policies and titles, with their YAML files."""
