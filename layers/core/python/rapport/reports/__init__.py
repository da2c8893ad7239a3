"""Reports: analytics as files to keep, in CSV, Excel and HTML, in English and Japanese."""
