"""Django's SQLite backend over SQLCipher: the database file is ciphertext."""
