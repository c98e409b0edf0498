package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * The way to a server on this machine, over TCP, on which things go wrong: it is slow, it
 * swallows what is sent, connections are cut, and no new one is accepted. Until told so
 * it passes everything at once. Safe for use by many threads.
 */
public final class FaultyProxy implements AutoCloseable {

	/**
	 * How a call of a script begins, after the number of its parts and the length of
	 * this.
	 */
	private static final String SCRIPT_CALL = "\r\nEVAL";

	private static final int NONE = -1;

	private static final int BIND_ATTEMPTS = 50;

	private final int targetPort;

	private final int port;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final LongAdder scriptCalls = new LongAdder();

	private final LongAdder accepted = new LongAdder();

	private final AtomicInteger requestCut = new AtomicInteger(NONE);

	private final AtomicInteger replyCut = new AtomicInteger(NONE);

	private volatile long requestDelayNanos;

	private volatile long replyDelayNanos;

	private volatile boolean swallowing;

	private @Nullable ServerSocket listener;

	private @Nullable Thread acceptor;

	private FaultyProxy(int targetPort) {
		this.targetPort = targetPort;
		ServerSocket bound = bind(0);
		this.port = bound.getLocalPort();
		listen(bound);
	}

	/**
	 * Open a way to a server.
	 * @param port port of 127.0.0.1 where the server listens; it need not do so yet
	 * @return the way, on which everything passes
	 */
	public static FaultyProxy to(int port) {
		return new FaultyProxy(port);
	}

	/**
	 * Return where clients connect to.
	 * @return the port of 127.0.0.1, always the same
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Let everything pass at once again, on connections that did not swallow anything and
	 * on new ones.
	 */
	public void pass() {
		delay(Duration.ZERO, Duration.ZERO);
		this.swallowing = false;
		this.requestCut.set(NONE);
		this.replyCut.set(NONE);
		accept();
	}

	/**
	 * Pass everything later.
	 * @param requests how much later what clients send
	 * @param replies how much later what the server sends
	 */
	public void delay(Duration requests, Duration replies) {
		this.requestDelayNanos = requests.toNanos();
		this.replyDelayNanos = replies.toNanos();
	}

	/**
	 * Accept and read, and pass nothing, as a firewall does that forgot a connection. One
	 * on which something was swallowed passes nothing any more, and stays open until one
	 * of its ends closes it.
	 */
	public void swallow() {
		this.swallowing = true;
	}

	/**
	 * Close all connections.
	 */
	public void cut() {
		this.links.forEach(Link::close);
	}

	/**
	 * Close the connection on which a client sends something next, in the middle of that.
	 * @param bytes how much of it still reaches the server
	 */
	public void cutNextRequest(int bytes) {
		this.requestCut.set(bytes);
	}

	/**
	 * Close the connection on which the server answers something next, in the middle of
	 * that.
	 * @param bytes how much of it still reaches the client
	 */
	public void cutNextReply(int bytes) {
		this.replyCut.set(bytes);
	}

	/**
	 * Refuse new connections. Those there are stay open.
	 */
	public synchronized void refuse() {
		if (this.listener != null) {
			close(this.listener);
			this.listener = null;
			awaitEnd(this.acceptor);
		}
	}

	/**
	 * The system goes on listening as long as a thread waits for connections.
	 */
	private static void awaitEnd(@Nullable Thread acceptor) {
		try {
			if (acceptor != null) {
				acceptor.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Accept new connections again.
	 */
	public synchronized void accept() {
		if (this.listener == null) {
			listen(bind(this.port));
		}
	}

	/**
	 * Return how many calls of scripts clients have sent, whether they were passed or
	 * not.
	 * @return the number
	 */
	public long scriptCalls() {
		return this.scriptCalls.sum();
	}

	/**
	 * Return how many connections were accepted, whether they lead anywhere or not.
	 * @return the number
	 */
	public long accepted() {
		return this.accepted.sum();
	}

	/**
	 * Return how many connections there are.
	 * @return the number
	 */
	public int connections() {
		return this.links.size();
	}

	/**
	 * A port that was used a moment ago may still be taken.
	 */
	private static ServerSocket bind(int port) {
		for (int attempt = 1;; attempt++) {
			try {
				ServerSocket socket = new ServerSocket();
				socket.setReuseAddress(true);
				socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				return socket;
			}
			catch (IOException ex) {
				if (attempt == BIND_ATTEMPTS) {
					throw new UncheckedIOException(ex);
				}
				Pause.of(Duration.ofMillis(20));
			}
		}
	}

	private void listen(ServerSocket bound) {
		this.listener = bound;
		this.acceptor = start("accept", () -> {
			while (true) {
				Socket client = bound.accept();
				this.accepted.increment();
				connect(client);
			}
		}, () -> close(bound));
	}

	private void connect(Socket client) {
		try {
			Socket server = new Socket(InetAddress.getLoopbackAddress(), this.targetPort);
			new Link(client, server).open();
		}
		catch (IOException ex) {
			close(client);
		}
	}

	private Thread start(String name, Task task, Runnable end) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// The socket was closed
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				end.run();
			}
		}, "faulty-proxy-" + this.port + "-" + name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void close(AutoCloseable socket) {
		try {
			socket.close();
		}
		catch (Exception ex) {
			// Was closed
		}
	}

	/**
	 * Accept nothing any more, and close all connections.
	 */
	@Override
	public void close() {
		refuse();
		cut();
	}

	/**
	 * A connection of a client and the one to the server that belongs to it.
	 */
	private final class Link {

		private final Socket client;

		private final Socket server;

		private final Pump requests;

		private final Pump replies;

		private volatile boolean dead;

		Link(Socket client, Socket server) throws IOException {
			this.client = client;
			this.server = server;
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			this.requests = new Pump(this, client, server, true);
			this.replies = new Pump(this, server, client, false);
		}

		void open() {
			FaultyProxy.this.links.add(this);
			this.requests.start();
			this.replies.start();
		}

		boolean swallows() {
			if (FaultyProxy.this.swallowing) {
				this.dead = true;
			}
			return this.dead;
		}

		void close() {
			FaultyProxy.close(this.client);
			FaultyProxy.close(this.server);
			this.requests.end();
			this.replies.end();
			FaultyProxy.this.links.remove(this);
		}

	}

	/**
	 * What moves bytes in one direction: reads them at once and writes them when due, so
	 * that a delay does not slow down more than it should.
	 */
	private final class Pump {

		private final Link link;

		private final Socket from;

		private final Socket to;

		private final boolean requests;

		private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();

		private int matched;

		private volatile @Nullable Thread writer;

		Pump(Link link, Socket from, Socket to, boolean requests) {
			this.link = link;
			this.from = from;
			this.to = to;
			this.requests = requests;
		}

		void start() {
			String direction = (this.requests) ? "requests" : "replies";
			this.writer = FaultyProxy.this.start(direction + "-write", this::write, this.link::close);
			FaultyProxy.this.start(direction + "-read", this::read, () -> {
			});
		}

		void end() {
			Thread thread = this.writer;
			if (thread != null && thread != Thread.currentThread()) {
				thread.interrupt();
			}
		}

		private void read() throws IOException {
			try {
				byte[] buffer = new byte[16 * 1024];
				int length = this.from.getInputStream().read(buffer);
				while (length >= 0) {
					read(Arrays.copyOf(buffer, length));
					length = this.from.getInputStream().read(buffer);
				}
			}
			finally {
				later(new byte[0], true);
			}
		}

		private void read(byte[] bytes) {
			if (this.requests) {
				count(bytes);
			}
			if (this.link.swallows()) {
				return;
			}
			AtomicInteger cut = (this.requests) ? FaultyProxy.this.requestCut : FaultyProxy.this.replyCut;
			int passed = cut.getAndSet(NONE);
			if (passed == NONE) {
				later(bytes, false);
			}
			else {
				later(Arrays.copyOf(bytes, Math.min(passed, bytes.length)), true);
			}
		}

		private void count(byte[] bytes) {
			for (byte b : bytes) {
				if (b == SCRIPT_CALL.charAt(this.matched)) {
					this.matched++;
				}
				else {
					this.matched = (b == SCRIPT_CALL.charAt(0)) ? 1 : 0;
				}
				if (this.matched == SCRIPT_CALL.length()) {
					FaultyProxy.this.scriptCalls.increment();
					this.matched = 0;
				}
			}
		}

		private void later(byte[] bytes, boolean last) {
			long delay = (this.requests) ? FaultyProxy.this.requestDelayNanos : FaultyProxy.this.replyDelayNanos;
			this.chunks.add(new Chunk(bytes, System.nanoTime() + delay, last));
		}

		private void write() throws IOException, InterruptedException {
			Chunk chunk;
			do {
				chunk = this.chunks.take();
				Pause.until(chunk.dueNanos());
				// Also what was on its way when it began
				if (!this.link.swallows()) {
					this.to.getOutputStream().write(chunk.bytes());
				}
			}
			while (!chunk.last());
		}

	}

	/**
	 * Bytes on their way.
	 *
	 * @param bytes the bytes
	 * @param dueNanos when they are passed
	 * @param last whether the connection is closed then
	 */
	private record Chunk(byte[] bytes, long dueNanos, boolean last) {

	}

	/**
	 * What a thread does until something is closed.
	 */
	@FunctionalInterface
	private interface Task {

		void run() throws IOException, InterruptedException;

	}

}
