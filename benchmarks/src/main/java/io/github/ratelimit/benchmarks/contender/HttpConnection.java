package io.github.ratelimit.benchmarks.contender;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection that sends one and the same request, and does no more with answers than it
 * has to: what a client costs is not to be measured.
 */
final class HttpConnection implements AutoCloseable {

	private static final byte[] REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
		.getBytes(StandardCharsets.US_ASCII);

	private static final String LENGTH = "content-length:";

	private final StringBuilder line = new StringBuilder(128);

	private final Socket socket;

	private final InputStream in;

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
			this.in = new BufferedInputStream(this.socket.getInputStream());
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
			readLine();
			int status = Integer.parseInt(this.line, 9, 12, 10);
			long length = -1;
			while (readLine() > 0) {
				if (isLength()) {
					length = Long.parseLong(this.line.substring(LENGTH.length()).trim());
				}
			}
			if (length < 0) {
				throw new IllegalStateException("An answer does not say how long it is");
			}
			this.in.skipNBytes(length);
			return status;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isLength() {
		return this.line.length() > LENGTH.length()
				&& this.line.substring(0, LENGTH.length()).toLowerCase(Locale.ROOT).equals(LENGTH);
	}

	private int readLine() throws IOException {
		this.line.setLength(0);
		int next = this.in.read();
		while (next != '\n') {
			if (next < 0) {
				throw new EOFException("The server has closed the connection");
			}
			if (next != '\r') {
				this.line.append((char) next);
			}
			next = this.in.read();
		}
		return this.line.length();
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
