package io.github.ratelimit.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A connection to one server of this machine, which follows nobody elsewhere: what is
 * sent reaches that server, be it a primary, a replica, a node of a cluster or a
 * Sentinel. Not safe for use by many threads.
 */
public final class PlainRedis implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 30_000;

	private final Socket socket;

	private final InputStream in;

	private PlainRedis(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		this.in = new BufferedInputStream(this.socket.getInputStream());
	}

	/**
	 * Connect to a server.
	 * @param port where it listens
	 * @return the connection, to be closed by the test
	 */
	public static PlainRedis of(int port) {
		try {
			return new PlainRedis(port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send a command and return what is answered, for answers of text.
	 * @param command its words
	 * @return the text
	 * @throws IllegalStateException if the server answers with an error
	 */
	public String text(String... command) {
		return String.valueOf(call(command));
	}

	/**
	 * Send a command and return what is answered, for answers that are lists.
	 * @param command its words
	 * @return the elements, as text
	 * @throws IllegalStateException if the server answers with an error
	 */
	public List<String> texts(String... command) {
		return ((List<?>) Objects.requireNonNull(call(command))).stream().map(String::valueOf).toList();
	}

	/**
	 * Send a command and return what is answered.
	 * @param command its words
	 * @return text, a number, a list of such, or {@code null}
	 * @throws IllegalStateException if the server answers with an error
	 */
	public @Nullable Object call(String... command) {
		try {
			this.socket.getOutputStream().write(encode(command));
			return read();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] encode(String... command) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
		for (String word : command) {
			bytes.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
		}
		return bytes.toByteArray();
	}

	private @Nullable Object read() throws IOException {
		String line = line();
		String rest = line.substring(1);
		return switch (line.charAt(0)) {
			case '+' -> rest;
			case ':' -> Long.valueOf(rest);
			case '$' -> bulk(Integer.parseInt(rest));
			case '*' -> list(Integer.parseInt(rest));
			default -> throw new IllegalStateException(rest);
		};
	}

	private @Nullable String bulk(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		String text = new String(this.in.readNBytes(length), StandardCharsets.ISO_8859_1);
		line();
		return text;
	}

	private List<@Nullable Object> list(int length) throws IOException {
		List<@Nullable Object> elements = new ArrayList<>();
		for (int i = 0; i < length; i++) {
			elements.add(read());
		}
		return elements;
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		int c = this.in.read();
		while (c >= 0 && c != '\r') {
			line.append((char) c);
			c = this.in.read();
		}
		if (c < 0 || this.in.read() != '\n') {
			throw new IOException("The server closed the connection");
		}
		return line.toString();
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
