package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SilentConnectionHandler}.
 */
class SilentConnectionHandlerTests {

	private final EmbeddedChannel channel = new EmbeddedChannel(new SilentConnectionHandler(Duration.ofSeconds(5)));

	@BeforeEach
	void freezeTime() {
		this.channel.freezeTime();
	}

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void connectionIsClosedWhereNothingComesBack() {
		send();
		pass(4999);
		assertThat(this.channel.isOpen()).isTrue();
		send();
		pass(1);
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void whatComesBackIsWaitedForAnew() {
		send();
		pass(4000);
		receive();
		send();
		pass(4999);
		assertThat(this.channel.isOpen()).isTrue();
		pass(1);
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void connectionOverWhichNothingIsSentStaysOpen() {
		pass(60_000);
		send();
		receive();
		pass(60_000);
		assertThat(this.channel.isOpen()).isTrue();
	}

	@Test
	void messagesArePassedOn() {
		send();
		receive();
		assertThat(this.channel.<String>readOutbound()).isEqualTo("PING");
		assertThat(this.channel.<String>readInbound()).isEqualTo("PONG");
	}

	@Test
	void nothingIsCheckedOnceTheConnectionIsGone() {
		send();
		this.channel.close();
		assertThat(this.channel.hasPendingTasks()).isFalse();
	}

	private void send() {
		this.channel.writeOutbound("PING");
	}

	private void receive() {
		this.channel.writeInbound("PONG");
	}

	private void pass(long millis) {
		this.channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
	}

}
