"""What OpenSSL itself does on this machine, to compare with."""
import subprocess


def verifications(processes, seconds):
    """Per second of processor time, summed over as many processes at once; its own -multi counts seconds of the clock."""
    command = ["openssl", "speed", "-mr", "-seconds", str(max(1, round(seconds))), "ecdsap256"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(processes)]
    outputs = [process.communicate()[0] for process in running]
    try:
        return sum(float(line.split(":")[-1]) for output in outputs for line in output.splitlines() if line.startswith("+F4:"))
    except ValueError:
        raise SystemExit("openssl speed says nothing that is understood:\n" + outputs[0]) from None
