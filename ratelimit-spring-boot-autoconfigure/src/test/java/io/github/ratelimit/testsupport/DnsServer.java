package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * A name server on a UDP port of this machine, for which every name is that of this
 * machine. It can be told to stop answering, as one does that is gone or behind a
 * firewall that drops packets. Answers are not to be kept by who asked. Safe for use by
 * many threads.
 */
public final class DnsServer implements AutoCloseable {

	private static final int MAX_BYTES = 512;

	private static final int HEADER_BYTES = 12;

	private static final int TYPE_AND_CLASS_BYTES = 4;

	/**
	 * A response that has been asked for recursion, which there is, and has no error.
	 */
	private static final short RESPONSE = (short) 0x8180;

	private static final short TYPE_A = 1;

	private static final short CLASS_INTERNET = 1;

	/**
	 * In place of a name: that of the question, which begins after the header.
	 */
	private static final short SAME_NAME = (short) (0xC000 | HEADER_BYTES);

	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private final DatagramSocket socket;

	private final Thread thread = new Thread(this::serve, "dns-server");

	private final LongAdder dropped = new LongAdder();

	private volatile boolean silent;

	private DnsServer(DatagramSocket socket) {
		this.socket = socket;
		this.thread.setDaemon(true);
	}

	/**
	 * Start a server on a free port.
	 * @return the server, which answers
	 */
	public static DnsServer start() {
		try {
			DnsServer started = new DnsServer(
					new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0)));
			started.thread.start();
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return where the server listens.
	 * @return the address, of 127.0.0.1
	 */
	public InetSocketAddress address() {
		return (InetSocketAddress) this.socket.getLocalSocketAddress();
	}

	/**
	 * Receive queries, and answer none.
	 */
	public void silence() {
		this.silent = true;
	}

	/**
	 * Answer queries again that come from now on.
	 */
	public void answer() {
		this.silent = false;
	}

	/**
	 * Return how many queries got no answer.
	 * @return the number
	 */
	public long dropped() {
		return this.dropped.sum();
	}

	private void serve() {
		try {
			DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
			while (true) {
				packet.setLength(MAX_BYTES);
				this.socket.receive(packet);
				if (this.silent) {
					this.dropped.increment();
				}
				else {
					byte[] response = response(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
					this.socket.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
				}
			}
		}
		catch (IOException ex) {
			// The socket was closed
		}
	}

	/**
	 * Answer a query as by RFC 1035, section 4: a header of six numbers of two bytes, and
	 * the question, which is a name, a type and a class. A name is labels, each after its
	 * length, up to one that is empty. The response repeats the question. An answer is a
	 * name, type, class, seconds to keep it, and its data after their length; of
	 * addresses that are not IPv4 there is none.
	 */
	private static byte[] response(ByteBuffer query) {
		int end = HEADER_BYTES;
		while (query.get(end) != 0) {
			end += 1 + query.get(end);
		}
		end++;
		boolean answered = query.getShort(end) == TYPE_A;
		byte[] question = new byte[end + TYPE_AND_CLASS_BYTES - HEADER_BYTES];
		query.get(HEADER_BYTES, question);
		ByteBuffer response = ByteBuffer.allocate(MAX_BYTES);
		response.putShort(query.getShort(0)).putShort(RESPONSE);
		response.putShort((short) 1).putShort((short) (answered ? 1 : 0)).putShort((short) 0).putShort((short) 0);
		response.put(question);
		if (answered) {
			response.putShort(SAME_NAME).putShort(TYPE_A).putShort(CLASS_INTERNET).putInt(0);
			response.putShort((short) LOOPBACK.length).put(LOOPBACK);
		}
		byte[] bytes = new byte[response.position()];
		response.get(0, bytes);
		return bytes;
	}

	@Override
	public void close() {
		this.socket.close();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
