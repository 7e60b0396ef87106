import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What the server does with one playing client. */
export interface Play {
  /** RTP packets to send; default: without end, the stream again and again. */
  readonly packets?: number;
  /** After the last of them. */
  readonly then?: 'drop' | 'silence' | 'teardown';
}

/** MPEG-TS packets of 188 bytes that an RTP packet carries. */
const PER_PACKET = 7;
const TS_BYTES = 188;
/** The static payload type of MPEG-TS (RFC 3551). */
const MP2T = 33;

const SDP = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=test', 't=0 0', 'm=video 0 RTP/AVP 33', 'a=control:track0', ''].join(
  '\r\n',
);

/**
 * An RTSP server (RFC 2326) that plays an MPEG transport stream over RTP (RFC 2250), interleaved in the TCP connection. Each client that plays gets the
 * next of the `plays`, the last one for all that follow.
 */
export class RtspServer {
  /** Clients that played so far. */
  played = 0;
  /** The status that every request gets instead of an answer. */
  refuse: number | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));
  private port = 0;

  constructor(
    private readonly stream: Buffer,
    private readonly plays: readonly Play[] = [{}],
    private readonly packetMs = 5,
  ) {}

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }

  url(path = '/live', user = ''): string {
    return `rtsp://${user}127.0.0.1:${this.port}${path}`;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        // A client's RTCP packets come in between, as `$` and binary.
        const request = text
          .slice(0, end)
          .replace(/^[^]*?(?=(OPTIONS|DESCRIBE|SETUP|PLAY|TEARDOWN|GET_PARAMETER) )/, '');
        text = text.slice(end + 4);
        this.answer(socket, request);
      }
    });
  }

  private answer(socket: Socket, request: string): void {
    const method = request.split(' ', 1)[0];
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim() ?? '';
    const reply = (status: string, lines: readonly string[] = [], body = ''): void => {
      socket.write([`RTSP/1.0 ${status}`, `CSeq: ${header('CSeq')}`, ...lines, '', body].join('\r\n'));
    };
    if (this.refuse !== undefined) {
      reply(`${this.refuse} Refused`, this.refuse === 401 ? ['WWW-Authenticate: Basic realm="test"'] : []);
    } else if (method === 'DESCRIBE') {
      reply('200 OK', ['Content-Type: application/sdp', `Content-Length: ${SDP.length}`], SDP);
    } else if (method === 'SETUP') {
      const interleaved = header('Transport').includes('TCP');
      if (interleaved) reply('200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
      else reply('461 Unsupported Transport');
    } else if (method === 'PLAY') {
      reply('200 OK', ['Session: 1']);
      this.play(socket, this.plays[Math.min(this.played, this.plays.length - 1)] as Play);
      this.played += 1;
    } else {
      reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN', 'Session: 1']);
    }
  }

  private play(socket: Socket, { packets = Infinity, then = 'silence' }: Play): void {
    const size = PER_PACKET * TS_BYTES;
    let number = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) {
        clearInterval(timer);
      } else if (number >= packets) {
        clearInterval(timer);
        if (then === 'drop') socket.destroy();
        else if (then === 'teardown') socket.end();
      } else {
        const at = (number % Math.ceil(this.stream.length / size)) * size;
        socket.write(interleavedPacket(number, this.stream.subarray(at, at + size), this.packetMs));
        number += 1;
      }
    }, this.packetMs);
  }
}

/** `$`, channel 0, the length, then an RTP packet: version 2, payload type, sequence number, time at 90 kHz, source. */
function interleavedPacket(number: number, payload: Buffer, milliseconds: number): Buffer {
  const header = Buffer.alloc(16);
  header.write('$');
  header.writeUInt16BE(12 + payload.length, 2);
  header.writeUInt8(0x80, 4);
  header.writeUInt8(MP2T, 5);
  header.writeUInt16BE(number & 0xffff, 6);
  header.writeUInt32BE((number * milliseconds * 90) >>> 0, 8);
  header.writeUInt32BE(1, 12);
  return Buffer.concat([header, payload]);
}
