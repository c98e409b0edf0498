package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FaultyProxy}, before a server that answers what it was told.
 */
class FaultyProxyTests {

	private static final int LONG_MILLIS = 30_000;

	private static final int SHORT_MILLIS = 100;

	/**
	 * The TCP port service multiplexer, which nobody runs.
	 */
	private static final int NOBODY_LISTENS = 1;

	private final AtomicInteger received = new AtomicInteger();

	private ServerSocket server;

	private FaultyProxy proxy;

	@BeforeEach
	void start() throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread acceptor = new Thread(this::accept, "echo");
		acceptor.setDaemon(true);
		acceptor.start();
		this.proxy = FaultyProxy.to(this.server.getLocalPort());
	}

	@AfterEach
	void stop() throws IOException {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void passesWhatIsSentAndAnswered() throws IOException {
		try (Socket client = connect()) {
			assertThat(ask(client, "hello")).isEqualTo("hello");
			assertThat(this.proxy.connections()).isEqualTo(1);
			assertThat(this.proxy.accepted()).isEqualTo(1);
		}
		await().until(() -> this.proxy.connections() == 0);
	}

	@Test
	void delaysEachDirectionAndKeepsTheOrder() throws IOException {
		try (Socket client = connect()) {
			this.proxy.delay(Duration.ofMillis(60), Duration.ofMillis(40));
			long start = System.nanoTime();
			send(client, "slow\r\nEVAL");
			await().until(() -> this.proxy.scriptCalls() == 1);
			this.proxy.pass();
			send(client, "fast");
			assertThat(receive(client, 14)).isEqualTo("slow\r\nEVALfast");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
			this.proxy.delay(Duration.ZERO, Duration.ofMillis(80));
			start = System.nanoTime();
			assertThat(ask(client, "later")).isEqualTo("later");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
		}
	}

	@Test
	void delayDoesNotHoldUpWhatComesAfter() throws IOException {
		try (Socket client = connect()) {
			this.proxy.delay(Duration.ofMillis(100), Duration.ZERO);
			long start = System.nanoTime();
			for (int i = 0; i < 50; i++) {
				send(client, "x");
				Pause.of(Duration.ofMillis(1));
			}
			assertThat(receive(client, 50)).hasSize(50);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(50 * 100));
		}
	}

	@Test
	void connectionThatSwallowedSomethingStaysOpenAndDead() throws IOException {
		try (Socket idle = connect(); Socket client = connect()) {
			assertThat(ask(client, "hello")).isEqualTo("hello");
			assertThat(ask(idle, "hello")).isEqualTo("hello");
			this.proxy.swallow();
			send(client, "lost");
			assertNothingComes(client);
			try (Socket accepted = connect()) {
				send(accepted, "lost too");
				assertNothingComes(accepted);
			}
			this.proxy.pass();
			send(client, "lost as well");
			assertNothingComes(client);
			assertThat(ask(idle, "here")).isEqualTo("here");
			try (Socket other = connect()) {
				assertThat(ask(other, "again")).isEqualTo("again");
			}
			assertThat(this.received).hasValue("hellohellohereagain".length());
		}
	}

	@Test
	void cutClosesConnectionsAndAcceptsNewOnes() throws IOException {
		try (Socket client = connect()) {
			ask(client, "hello");
			this.proxy.cut();
			assertEnds(client);
		}
		try (Socket client = connect()) {
			assertThat(ask(client, "again")).isEqualTo("again");
		}
	}

	@Test
	void cutsInTheMiddleOfARequest() throws IOException {
		try (Socket client = connect()) {
			ask(client, "hello");
			this.proxy.cutNextRequest(3);
			send(client, "broken");
			// Or less, as the answer may be cut off too
			assertThat("bro").startsWith(receive(client, "broken".length()));
		}
		await().until(() -> this.received.get() == "hellobro".length());
		try (Socket client = connect()) {
			assertThat(ask(client, "whole")).isEqualTo("whole");
		}
	}

	@Test
	void cutsInTheMiddleOfAReply() throws IOException {
		try (Socket client = connect()) {
			ask(client, "hello");
			this.proxy.cutNextReply(3);
			send(client, "broken");
			assertThat(receive(client, 3)).isEqualTo("bro");
			assertEnds(client);
		}
		assertThat(this.received).hasValue("hellobroken".length());
	}

	@Test
	void refusesNewConnectionsUntilTheyAreAcceptedAgain() throws IOException {
		try (Socket client = connect()) {
			ask(client, "hello");
			this.proxy.refuse();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
			assertThat(ask(client, "still")).isEqualTo("still");
			this.proxy.accept();
		}
		try (Socket client = connect()) {
			assertThat(ask(client, "again")).isEqualTo("again");
		}
	}

	@Test
	void closesAConnectionWhoseServerIsNotThere() throws IOException {
		try (FaultyProxy nowhere = FaultyProxy.to(NOBODY_LISTENS); Socket client = connect(nowhere)) {
			assertEnds(client);
		}
	}

	@Test
	void countsCallsOfScriptsHoweverTheyAreCut() throws IOException {
		try (Socket client = connect()) {
			ask(client, "*2\r\n$7\r\nEVALSHA\r\n$3\r\nabc\r\n*1\r\n$4\r\nPING\r\n");
			for (String part : "*2\r\n$4\r\nEVAL\r\n$3\r\nabc\r\n".split("")) {
				ask(client, part);
			}
			assertThat(this.proxy.scriptCalls()).isEqualTo(2);
			this.proxy.swallow();
			send(client, "*2\r\n$7\r\nEVALSHA\r\n$3\r\nabc\r\n");
			await().until(() -> this.proxy.scriptCalls() == 3);
		}
	}

	@Test
	void leavesNoThreadWhenClosed() throws IOException {
		this.proxy.delay(Duration.ofMinutes(1), Duration.ofMinutes(1));
		try (Socket client = connect(); Socket other = connect()) {
			send(client, "never passed");
			send(other, "never passed");
			await().until(() -> this.proxy.connections() == 2);
			this.proxy.close();
			assertEnds(client);
		}
		String port = Integer.toString(this.proxy.port());
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("faulty-proxy-" + port)));
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				Thread echo = new Thread(() -> echo(client), "echo");
				echo.setDaemon(true);
				echo.start();
			}
		}
		catch (IOException ex) {
			// The test is over
		}
	}

	private void echo(Socket client) {
		byte[] buffer = new byte[1024];
		try (client) {
			int length = client.getInputStream().read(buffer);
			while (length >= 0) {
				this.received.addAndGet(length);
				client.getOutputStream().write(buffer, 0, length);
				length = client.getInputStream().read(buffer);
			}
		}
		catch (IOException ex) {
			// The client is gone
		}
	}

	private Socket connect() throws IOException {
		return connect(this.proxy);
	}

	private static Socket connect(FaultyProxy proxy) throws IOException {
		Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
		client.setTcpNoDelay(true);
		client.setSoTimeout(LONG_MILLIS);
		return client;
	}

	private static String ask(Socket client, String text) throws IOException {
		send(client, text);
		return receive(client, text.length());
	}

	private static void send(Socket client, String text) throws IOException {
		client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String receive(Socket client, int length) throws IOException {
		return new String(client.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
	}

	private static void assertNothingComes(Socket client) throws IOException {
		client.setSoTimeout(SHORT_MILLIS);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.getInputStream().read());
		client.setSoTimeout(LONG_MILLIS);
	}

	private static void assertEnds(Socket client) {
		int next;
		try {
			next = client.getInputStream().read();
		}
		catch (SocketTimeoutException ex) {
			throw new AssertionError("The connection is still open", ex);
		}
		catch (IOException ex) {
			next = -1;
		}
		assertThat(next).isEqualTo(-1);
	}

}
