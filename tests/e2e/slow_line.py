#!/usr/bin/env python3
"""A line that takes its time: passes TCP connections on to another address, everything so much later, both ways.

    slow_line.py LISTEN-HOST:PORT TO-HOST:PORT DELAY-MS
"""
import asyncio
import sys


async def carry(reader, writer, delay):
    """Chunks in order, each `delay` after it came; then the end of the stream."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.Queue()

    async def read():
        while chunk := await reader.read(65536):
            waiting.put_nowait((loop.time() + delay, chunk))
        waiting.put_nowait((loop.time() + delay, b""))

    reading = asyncio.create_task(read())
    try:
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(due - loop.time())
            if not chunk:
                break
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        reading.cancel()
        writer.close()


async def main(listen, to, delay):
    async def accepted(reader, writer):
        try:
            there, back = await asyncio.open_connection(*to)
        except OSError:
            return writer.close()
        await asyncio.gather(carry(reader, back, delay), carry(there, writer, delay), return_exceptions=True)

    server = await asyncio.start_server(accepted, *listen)
    async with server:
        await server.serve_forever()


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


if __name__ == "__main__":
    asyncio.run(main(address(sys.argv[1]), address(sys.argv[2]), float(sys.argv[3]) / 1000))
