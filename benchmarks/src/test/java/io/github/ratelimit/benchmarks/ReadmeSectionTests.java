package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReadmeSection}: the README says what the report says.
 */
class ReadmeSectionTests {

	private static final Path ROOT = Path.of("..");

	private static final String REPORT = """
			# Comparison

			- Machine: fast

			## Aims

			| what | measured |
			|---|---:|
			| this | **2** |

			## Redis

			| another | table |
			""";

	@Test
	void rowsOfTheReadmeStandInTheReport() throws IOException {
		assertThat(ROOT.resolve(ReadmeSection.REPORT)).as("The report that the README quotes").isRegularFile();
		List<String> report = Files.readAllLines(ROOT.resolve(ReadmeSection.REPORT));
		assertThat(report.get(0)).as("The first line of the report").isEqualTo("# Comparison");
		List<String> quoted = ReadmeSection.rowsOf(Files.readString(ROOT.resolve(ReadmeSection.README)));
		assertThat(quoted).as("The rows of the README's section 'How fast'").hasSizeGreaterThan(2);
		assertThat(quoted)
			.as("A row of the README that %s does not have; write those that it has with "
					+ "the argument --readme of Comparison", ReadmeSection.REPORT)
			.allSatisfy((row) -> assertThat(report).contains(row));
	}

	@Test
	void figuresBesideOthersAreThoseOfTheReport() throws IOException {
		String readme = Files.readString(ROOT.resolve(ReadmeSection.README));
		assertThat(readme).contains("\n" + BesideOthers.COMMANDS, "\n" + BesideOthers.BYTES);
		assertThat(readme)
			.as("The README with the figures of %s; write them with the argument --readme of Comparison",
					ReadmeSection.REPORT)
			.isEqualTo(new BesideOthers(Files.readString(ROOT.resolve(ReadmeSection.REPORT))).writtenInto(readme));
	}

	@Test
	void figuresBesideOthersAreWrittenFromTheReport() {
		String report = """
				### Redis: 100,000 keys, admitted

				| limiter | callers | d | p50 | p99 | commands | r |
				|---|---:|---:|---:|---:|---:|---:|
				| **ours, strict** | 2 | 9 | 8 | 7 | 1.00 | 5 |
				| Spring Cloud Gateway's script | 2 | 9 | 8 | 7 | 1.50 | 5 |
				| Redisson `RRateLimiter` | 2 | 9 | 8 | 7 | 4.00 | 5 |
				| **ours, strict** | 32 | 9 | 8 | 7 | 0.10 | 5 |

				### HTTP: one hot key, admitted

				| Bucket4j's starter, Redis | 8 | 9 | 8 | 7 | 3.00 | 5 |

				## Bytes per key

				| **ours, strict** | 120 | 120 |
				| Bucket4j, Lettuce | 184 | 185 |
				| Spring Cloud Gateway's script | 208 | 208 |
				| Redisson `RRateLimiter` | 344 | 3,880 |
				""";
		assertThat(new BesideOthers(report)
			.writtenInto("# It\n\n" + BesideOthers.COMMANDS + "\n" + BesideOthers.BYTES + "\n"))
			.isEqualTo("# It\n\n" + BesideOthers.COMMANDS + " 1 | 3 | 1.5 | | 4 |\n" + BesideOthers.BYTES
					+ " 120 | 184 then 185 | 208 | | 344 then 3,880 |\n");
	}

	@Test
	void sectionIsWrittenAfterWhatTellsOfOthersAndThenInItsPlace(@TempDir Path root) throws IOException {
		Path readme = root.resolve(ReadmeSection.README);
		Path report = Files.createDirectories(root.resolve("benchmarks")).resolve("REPORT.md");
		Files.writeString(readme, "# It\n\n## Beside others\n\n| a |\n\n## Documents\n\nMany.\n");
		Files.writeString(report, REPORT);
		ReadmeSection.write(root);
		assertThat(Files.readString(readme)).startsWith("# It\n\n## Beside others\n\n| a |\n\n## How fast\n\nRatios")
			.endsWith("|\n\n## Documents\n\nMany.\n")
			.contains("| this | **2** |")
			.doesNotContain("another");
		Files.writeString(report, REPORT.replace("**2**", "**3**"));
		ReadmeSection.write(root);
		assertThat(ReadmeSection.rowsOf(Files.readString(readme))).containsExactly("| what | measured |", "|---|---:|",
				"| this | **3** |");
		assertThat(Files.readString(readme)).containsOnlyOnce("## How fast").endsWith("|\n\n## Documents\n\nMany.\n");
	}

	@Test
	void quickRunIsCalledOne() {
		assertThat(ReadmeSection.of(REPORT)).doesNotContain("quick");
		assertThat(ReadmeSection.of("# Comparison\n\nA quick run, no measurement.\n" + REPORT))
			.contains("\nA quick run, no measurement.\n");
	}

}
