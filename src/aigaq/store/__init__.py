"""What is kept and how: Django models, migrations, queries, constraints. Knows no request and no session."""
