"""What the service is called in the catalog."""

NAME = "${{ values.name }}"
