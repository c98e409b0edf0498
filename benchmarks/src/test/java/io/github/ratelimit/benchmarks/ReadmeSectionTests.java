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
