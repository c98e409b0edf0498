package io.github.ratelimit.benchmarks.contender;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A connection that sends one and the same request, and does no more with answers than it
 * has to: what a client costs is not to be measured.
 */
final class HttpConnection implements AutoCloseable {

	private static final byte[] REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
		.getBytes(StandardCharsets.US_ASCII);

	/**
	 * What the line begins with that says how long the body is, in lower case.
	 */
	private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

	private final byte[] answer = new byte[8192];

	private final Socket socket;

	private final InputStream in;

	private int length;

	/**
	 * Connect from an address of this machine.
	 * @param last last number of the address, where the system takes them all
	 */
	HttpConnection(int port, int last) {
		try {
			this.socket = new Socket();
			if (System.getProperty("os.name").startsWith("Linux")) {
				this.socket
					.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, (byte) last }), 0));
			}
			this.socket.setTcpNoDelay(true);
			this.socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }), port));
			this.in = this.socket.getInputStream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send the request.
	 * @return the status of the answer
	 */
	int get() {
		try {
			this.socket.getOutputStream().write(REQUEST);
			this.length = 0;
			int body = 0;
			while (body == 0) {
				readMore();
				body = body();
			}
			long end = body + number(lengthLine(body));
			while (this.length < end) {
				readMore();
			}
			return (int) number(9);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void readMore() throws IOException {
		int read = this.in.read(this.answer, this.length, this.answer.length - this.length);
		if (read < 1) {
			throw new EOFException("The server has closed the connection, or answers more than is expected");
		}
		this.length += read;
	}

	/**
	 * Return where the body begins, 0 if that is not known yet.
	 */
	private int body() {
		for (int i = 3; i < this.length; i++) {
			if (this.answer[i] == '\n' && this.answer[i - 2] == '\n') {
				return i + 1;
			}
		}
		return 0;
	}

	/**
	 * Return where it says how long the body is.
	 */
	private int lengthLine(int end) {
		for (int i = 0; i < end; i++) {
			if (this.answer[i] == '\n' && isLength(i + 1)) {
				return i + 1 + LENGTH.length;
			}
		}
		throw new IllegalStateException("An answer does not say how long it is");
	}

	private boolean isLength(int start) {
		for (int i = 0; i < LENGTH.length; i++) {
			if ((this.answer[start + i] | 0x20) != LENGTH[i]) {
				return false;
			}
		}
		return true;
	}

	private long number(int start) {
		long number = 0;
		for (int i = start; this.answer[i] >= '0' && this.answer[i] <= '9'; i++) {
			number = 10 * number + this.answer[i] - '0';
		}
		return number;
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
