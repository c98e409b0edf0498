package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Deadlines}.
 */
class DeadlinesTests {

	private final ManualTime time = new ManualTime();

	private final List<String> late = new ArrayList<>();

	private final Deadlines deadlines = new Deadlines(Duration.ofMillis(100), this.time::nanoTime,
			(task, nanos) -> this.time.scheduler().schedule(Executors.callable(task), nanos, TimeUnit.NANOSECONDS));

	@Test
	void questionsAreLateInTheOrderInWhichTheyWereAsked() {
		begin("first");
		pass(30);
		begin("second");
		begin("third");
		pass(69);
		assertThat(this.late).isEmpty();
		pass(1);
		assertThat(this.late).containsExactly("first");
		pass(29);
		assertThat(this.late).containsExactly("first");
		pass(1);
		assertThat(this.late).containsExactly("first", "second", "third");
	}

	@Test
	void questionThatIsAnsweredIsNotLate() {
		Question<Object> first = begin("first");
		Question<Object> second = begin("second");
		Question<Object> third = begin("third");
		assertThat(this.deadlines.end(second)).isTrue();
		assertThat(this.deadlines.end(third)).isTrue();
		pass(100);
		assertThat(this.late).containsExactly("first");
		assertThat(this.deadlines.end(first)).isFalse();
		assertThat(this.deadlines.end(second)).isFalse();
	}

	@Test
	void questionsThatAreAnsweredShareOneTimer() {
		for (int i = 0; i < 1_000; i++) {
			assertThat(this.deadlines.end(begin("answered"))).isTrue();
			assertThat(this.time.scheduled()).isEqualTo(1);
		}
		pass(100);
		assertThat(this.time.scheduled()).isZero();
		begin("later");
		pass(100);
		assertThat(this.late).containsExactly("later");
		assertThat(this.time.scheduled()).isZero();
	}

	@Test
	void timerGoesOnToTheOldestThatIsLeft() {
		Question<Object> first = begin("first");
		pass(40);
		begin("second");
		this.deadlines.end(first);
		pass(60);
		assertThat(this.late).isEmpty();
		pass(39);
		assertThat(this.late).isEmpty();
		pass(1);
		assertThat(this.late).containsExactly("second");
	}

	@Test
	void questionThatCannotBeToldKeepsNobodyWaiting() {
		IllegalStateException failure = new IllegalStateException("told nobody");
		Question<Object> failing = new Question<>() {

			@Override
			void late() {
				throw failure;
			}

		};
		this.deadlines.begin(failing);
		begin("second");
		pass(100);
		assertThat(this.late).containsExactly("second");
		assertThat(failing).isCompletedExceptionally();
	}

	@Test
	void timerThatCannotRunIsAskedForAgain() {
		AtomicInteger asked = new AtomicInteger();
		Deadlines deadlines = new Deadlines(Duration.ofMillis(100), this.time::nanoTime, (task, nanos) -> {
			if (asked.incrementAndGet() == 1) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.time.scheduler().schedule(Executors.callable(task), nanos, TimeUnit.NANOSECONDS);
		});
		Question<Object> first = question("first");
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> deadlines.begin(first));
		deadlines.begin(question("second"));
		pass(100);
		assertThat(this.late).containsExactly("first", "second");
	}

	private void pass(int millis) {
		this.time.pass(Duration.ofMillis(millis));
	}

	private Question<Object> begin(String name) {
		Question<Object> question = question(name);
		this.deadlines.begin(question);
		return question;
	}

	private Question<Object> question(String name) {
		return new Question<>() {

			@Override
			void late() {
				DeadlinesTests.this.late.add(name);
			}

		};
	}

}
