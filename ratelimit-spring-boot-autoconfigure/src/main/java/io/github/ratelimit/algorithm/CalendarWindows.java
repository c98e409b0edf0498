package io.github.ratelimit.algorithm;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.zip.CRC32;

import io.github.ratelimit.CalendarUnit;
import org.jspecify.annotations.Nullable;

/**
 * Windows of the calendar in a time zone.
 * <p>
 * Days, weeks and months begin at the first moment of a date, and so may be an hour
 * longer or shorter where clocks are changed. Minutes and hours are of equal length;
 * where clocks are changed in the middle of one, it ends there.
 *
 * @param unit what a window is
 * @param zone the time zone
 */
public record CalendarWindows(CalendarUnit unit, ZoneId zone) implements Windows {

	// Beyond any length that windows from the epoch may have
	private static final long FIRST_ID = 1L << 50;

	@Override
	public long id() {
		CRC32 hash = new CRC32();
		hash.update((this.unit + " " + this.zone.getId()).getBytes(StandardCharsets.UTF_8));
		return FIRST_ID + hash.getValue();
	}

	@Override
	public Window at(long micros) {
		Instant at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
		return switch (this.unit) {
			case MINUTE -> withinOffset(at, Duration.ofMinutes(1));
			case HOUR -> withinOffset(at, Duration.ofHours(1));
			case DAY -> dates(at, date(at), Period.ofDays(1));
			case WEEK ->
				dates(at, date(at).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), Period.ofWeeks(1));
			case MONTH -> dates(at, date(at).withDayOfMonth(1), Period.ofMonths(1));
		};
	}

	private LocalDate date(Instant at) {
		return LocalDate.ofInstant(at, this.zone);
	}

	private Window dates(Instant at, LocalDate first, Period length) {
		LocalDate from = first;
		LocalDate to = from.plus(length);
		// Clocks that are set back over midnight show a date again that is over
		while (!at.isBefore(startOf(to))) {
			from = to;
			to = from.plus(length);
		}
		return new Window(micros(startOf(from)), micros(startOf(to)));
	}

	private Instant startOf(LocalDate date) {
		return date.atStartOfDay(this.zone).toInstant();
	}

	private Window withinOffset(Instant at, Duration length) {
		long unit = length.toMillis() * 1000;
		long offset = this.zone.getRules().getOffset(at).getTotalSeconds() * 1_000_000L;
		long micros = micros(at);
		long start = micros - Math.floorMod(micros + offset, unit);
		// The change at this very moment began what it lies in
		ZoneOffsetTransition last = this.zone.getRules().previousTransition(at.plusNanos(1));
		ZoneOffsetTransition next = this.zone.getRules().nextTransition(at);
		return new Window(Math.max(start, micros(last, Long.MIN_VALUE)),
				Math.min(start + unit, micros(next, Long.MAX_VALUE)));
	}

	private static long micros(@Nullable ZoneOffsetTransition transition, long none) {
		return (transition != null) ? micros(transition.getInstant()) : none;
	}

	private static long micros(Instant instant) {
		return EpochMicros.of(instant);
	}

}
