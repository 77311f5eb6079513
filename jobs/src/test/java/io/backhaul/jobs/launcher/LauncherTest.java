/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code backhaul}, with a Java and a Maven that only write down how they are called.
 */
class LauncherTest {

  private static final Path SCRIPT = Path.of("..", "backhaul");

  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
        echo "openjdk version \\"${FAKE_VERSION:-17.0.15}\\" 2025-04-15" >&2
        exit
      fi
      echo "process $$" >>"$FAKE_LOG"
      for word in "$@"; do
        echo "$word" >>"$FAKE_LOG"
        case $word in
          -XX:ArchiveClassesAtExit=*) echo classes >"${word#*=}" ;;
        esac
      done
      exit "${FAKE_CODE:-0}"
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      echo "mvnw $*" >>"$FAKE_LOG"
      if [ -n "${FAKE_FAILURE:-}" ]; then
        echo "[ERROR] A.java:[3,5] cannot find symbol"
        exit 1
      fi
      case $* in
        *bench-libraries) mkdir -p jobs/target/bench-lib && echo jar >jobs/target/bench-lib/duckdb.jar && exit ;;
      esac
      mkdir -p jobs/target/lib
      echo jar >jobs/target/backhaul.jar
      """;

  @TempDir private Path temporary;
  private Path home;
  private Path log;

  /** One call of the script. */
  private record Called(long process, int code, String err, List<String> log) {}

  @BeforeEach
  void aProjectWithOneSource() throws IOException {
    home = Files.createDirectories(temporary.resolve("a project"));
    log = temporary.resolve("log");
    executable(home.resolve("backhaul"), Files.readString(SCRIPT));
    executable(home.resolve("mvnw"), MAVEN);
    executable(temporary.resolve("jdk/bin/java"), JAVA);
    Files.writeString(home.resolve("pom.xml"), "");
    Files.createDirectories(home.resolve("jobs/src/main/java"));
    Files.writeString(home.resolve("jobs/pom.xml"), "");
    Files.writeString(home.resolve("jobs/src/main/java/A.java"), "");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Called call(Path script, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Files.deleteIfExists(log);
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    builder.environment().put("JAVA_HOME", temporary.resolve("jdk").toString());
    builder.environment().put("FAKE_LOG", log.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("BACKHAUL_"));
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Called(
        process.pid(),
        process.exitValue(),
        err,
        Files.exists(log) ? Files.readAllLines(log) : List.of());
  }

  private Called call(String... args) throws IOException, InterruptedException {
    return call(home.resolve("backhaul"), Map.of(), args);
  }

  private static List<String> builds(Called called) {
    return called.log().stream().filter(line -> line.startsWith("mvnw")).toList();
  }

  @Test
  void itBuildsWithoutTestsAtFirstAndThenOnlyAfterAChange() throws Exception {
    Called first = call("--version");
    assertThat(first.code()).isZero();
    assertThat(builds(first))
        .containsExactly("mvnw -B -pl jobs -am -Dmaven.test.skip -Dspotless.check.skip package");
    assertThat(first.err()).contains("building for the first time");

    assertThat(builds(call("--version"))).isEmpty();

    Files.writeString(home.resolve("jobs/src/main/java/B.java"), "");
    Called changed = call("--version");
    assertThat(builds(changed)).hasSize(1);
    assertThat(changed.err()).contains("sources changed");

    Files.delete(home.resolve("jobs/src/main/java/B.java"));
    assertThat(builds(call("--version"))).as("a deleted source is a change").hasSize(1);
  }

  @Test
  void snowflakesConnectorIsBuiltInOnDemandAndStaysUntilTheNextBuild() throws Exception {
    call("--version");
    Map<String, String> wanted = Map.of("BACKHAUL_WITH", "snowflake");

    assertThat(builds(call(home.resolve("backhaul"), wanted, "--version")))
        .containsExactly(
            "mvnw -B -Psnowflake -pl jobs -am -Dmaven.test.skip -Dspotless.check.skip package");
    assertThat(builds(call(home.resolve("backhaul"), wanted, "--version"))).isEmpty();
    assertThat(builds(call("--version"))).isEmpty();

    Files.writeString(home.resolve("jobs/src/main/java/B.java"), "");
    assertThat(builds(call("--version"))).hasSize(1);
    assertThat(builds(call(home.resolve("backhaul"), wanted, "--version"))).hasSize(1);

    Called unknown = call(home.resolve("backhaul"), Map.of("BACKHAUL_WITH", "bigquery"), "status");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("BACKHAUL_WITH=bigquery is unknown");
  }

  @Test
  void benchFetchesWhatItComparesWithOnceAndHasTheHeapForIt() throws Exception {
    Called first = call("bench", "diff");
    assertThat(builds(first))
        .hasSize(2)
        .endsWith("mvnw -B -Pbench -pl jobs dependency:copy@bench-libraries");
    assertThat(first.err()).contains("fetching DuckDB");
    assertThat(first.log()).contains("-Xmx8g", "-Xms8g").doesNotContain("-XX:TieredStopAtLevel=1");

    assertThat(builds(call("bench", "diff"))).isEmpty();
    assertThat(builds(call("bench", "--help"))).isEmpty();
  }

  @Test
  void benchGoesOnWithoutWhatCannotBeFetched() throws Exception {
    call("--version");
    Called called =
        call(home.resolve("backhaul"), Map.of("FAKE_FAILURE", "offline"), "bench", "diff");

    assertThat(called.err())
        .contains("could not be fetched and is left out", "target/launcher.log");
    assertThat(called.log()).contains("-jar", "bench", "diff");
    assertThat(called.code()).isZero();
  }

  @Test
  void argumentsAndTheExitCodeGoThroughAsTheyAre() throws Exception {
    call("--version");
    Called called =
        call(
            home.resolve("backhaul"),
            Map.of("FAKE_CODE", "3"),
            "sql",
            "SELECT 'a  b', \"$HOME\" *",
            "",
            "--json");
    assertThat(called.code()).isEqualTo(3);
    assertThat(called.log())
        .endsWith(
            "-jar",
            home.toRealPath().resolve("jobs/target/backhaul.jar").toString(),
            "sql",
            "SELECT 'a  b', \"$HOME\" *",
            "",
            "--json");
  }

  @Test
  void itFindsItsFolderThroughLinks() throws Exception {
    call("--version");
    Path bin = Files.createDirectories(temporary.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), home.resolve("backhaul"));
    Files.createSymbolicLink(bin.resolve("bh"), Path.of("first"));
    Called called = call(bin.resolve("bh"), Map.of(), "--version");
    assertThat(called.code()).isZero();
    assertThat(called.log())
        .contains(home.toRealPath().resolve("jobs/target/backhaul.jar").toString());
  }

  @Test
  void anotherJavaIsRefusedBeforeAnythingIsBuilt() throws Exception {
    for (String version : new String[] {"1.8.0_402", "11.0.2", "21.0.1"}) {
      Called called = call(home.resolve("backhaul"), Map.of("FAKE_VERSION", version), "--help");
      assertThat(called.code()).isEqualTo(1);
      assertThat(called.err())
          .contains("needs Java 17", "is " + version.split("\\.")[0])
          .contains("Point JAVA_HOME at a JDK 17");
      assertThat(called.log()).isEmpty();
    }
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws Exception {
    Map<String, String> nowhere = Map.of("JAVA_HOME", temporary.resolve("none").toString());
    Called called = call(home.resolve("backhaul"), nowhere, "--help");
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err()).contains("no Java found", "Install a JDK 17");
  }

  @Test
  void aFailedBuildShowsItsErrorsAndStartsNothing() throws Exception {
    Called called = call(home.resolve("backhaul"), Map.of("FAKE_FAILURE", "yes"), "demo");
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err())
        .contains("A.java:[3,5] cannot find symbol", "the build failed", "target/launcher.log");
    assertThat(called.log()).hasSize(1);
    assertThat(home.resolve("target/launcher.lock")).doesNotExist();
  }

  @Test
  void aLauncherThatWasKilledDoesNotBlockTheNext() throws Exception {
    Path lock = Files.createDirectories(home.resolve("target/launcher.lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(builds(call("--version"))).hasSize(1);
    assertThat(lock).doesNotExist();
  }

  @Test
  void theFirstCommandThatStartsSparkLeavesAnArchiveForTheNext() throws Exception {
    assertThat(call("--version").log()).noneMatch(word -> word.contains("Archive"));
    assertThat(call("sql", "--help").log()).noneMatch(word -> word.contains("Archive"));
    assertThat(call("sql", "SELECT 1").log())
        .anyMatch(word -> word.startsWith("-XX:ArchiveClassesAtExit="));
    assertThat(call("sql", "SELECT 1").log())
        .anyMatch(word -> word.startsWith("-XX:SharedArchiveFile="))
        .noneMatch(word -> word.startsWith("-XX:ArchiveClassesAtExit="));

    Files.writeString(home.resolve("jobs/src/main/java/B.java"), "");
    assertThat(call("sql", "SELECT 1").log())
        .as("classes of an older build are of no use")
        .noneMatch(word -> word.startsWith("-XX:SharedArchiveFile="));
  }

  @Test
  void javaTakesItsPlaceSoThatSignalsReachTheRun() throws Exception {
    call("--version");
    for (String archive : List.of("wrote", "reads")) {
      Called called = call("sync", "acme/contacts");

      assertThat(called.log())
          .as("a command that %s it", archive)
          .contains("process " + called.process());
    }
  }

  @Test
  void heapAndOptionsAreTheUsersToChoose() throws Exception {
    assertThat(call("--version").log()).contains("-Xmx2g").doesNotContain("-Xms");
    Map<String, String> chosen =
        Map.of("BACKHAUL_HEAP", "512m", "BACKHAUL_JAVA_OPTS", "-Da=1 -Db=2");
    assertThat(call(home.resolve("backhaul"), chosen, "--version").log())
        .contains("-Xmx512m", "-Xms512m", "-Da=1", "-Db=2");
  }

  @Test
  void onlyASyncIsCompiledForTheLongRun() throws Exception {
    assertThat(call("status").log()).contains("-XX:TieredStopAtLevel=1");
    assertThat(call("sync", "acme/contacts").log()).doesNotContain("-XX:TieredStopAtLevel=1");
    assertThat(call("fleet", "--once").log()).doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void theScriptsAreCleanInTheEyesOfShellcheck() throws Exception {
    boolean installed =
        new ProcessBuilder("sh", "-c", "command -v shellcheck").start().waitFor() == 0;
    assumeThat(installed).as("shellcheck is installed").isTrue();
    Process process =
        new ProcessBuilder("shellcheck", SCRIPT.toString(), "../.ci/run")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
