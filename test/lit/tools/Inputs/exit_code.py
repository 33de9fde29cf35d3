"""exit_code.py CODE COMMAND...: runs the command, passes its output on, and succeeds if it ends with CODE."""
import subprocess
import sys

code = subprocess.run(sys.argv[2:]).returncode
sys.exit(f"exit code {code} instead of {sys.argv[1]}" if code != int(sys.argv[1]) else 0)
