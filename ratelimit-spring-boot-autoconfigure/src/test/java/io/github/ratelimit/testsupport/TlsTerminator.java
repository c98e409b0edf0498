package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * TLS in front of a server that has none, as a proxy on a port of this machine.
 */
public final class TlsTerminator implements AutoCloseable {

	private static final int BACKLOG = 50;

	private final SSLServerSocket server;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private TlsTerminator(SSLServerSocket server, int target) {
		this.server = server;
		this.target = target;
	}

	/**
	 * Start one.
	 * @param certificates the certificates there are
	 * @param alias the one to show
	 * @param wantClient whether clients have to show one too
	 * @param target port of the server behind
	 * @return the proxy, to be closed by the test
	 */
	public static TlsTerminator start(TestCertificates certificates, String alias, boolean wantClient, int target) {
		return start(certificates, alias, wantClient, 0, target);
	}

	/**
	 * Start one in the place of another.
	 * @param certificates the certificates there are
	 * @param alias the one to show
	 * @param wantClient whether clients have to show one too
	 * @param port where to listen
	 * @param target port of the server behind
	 * @return the proxy, to be closed by the test
	 */
	public static TlsTerminator start(TestCertificates certificates, String alias, boolean wantClient, int port,
			int target) {
		try {
			SSLServerSocket server = (SSLServerSocket) certificates.serverContext(alias)
				.getServerSocketFactory()
				.createServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
			server.setNeedClientAuth(wantClient);
			TlsTerminator started = new TlsTerminator(server, target);
			inBackground(started::accept);
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return where it listens.
	 * @return the port of 127.0.0.1
	 */
	public int port() {
		return this.server.getLocalPort();
	}

	private void accept() throws IOException {
		while (!this.server.isClosed()) {
			SSLSocket client = (SSLSocket) this.server.accept();
			this.sockets.add(client);
			inBackground(() -> serve(client));
		}
	}

	private void serve(SSLSocket client) throws IOException {
		try (client) {
			client.startHandshake();
			try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
				this.sockets.add(behind);
				inBackground(() -> copy(behind, client));
				copy(client, behind);
				this.sockets.remove(behind);
			}
		}
		finally {
			this.sockets.remove(client);
		}
	}

	/**
	 * Copy to the end of what comes in, and then end both ways.
	 */
	private static void copy(Socket from, Socket to) throws IOException {
		try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
			in.transferTo(out);
		}
	}

	private static void inBackground(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// One of the sockets was closed, or the other side would not shake hands
			}
		}, "tls-terminator");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@FunctionalInterface
	private interface Task {

		void run() throws IOException;

	}

}
