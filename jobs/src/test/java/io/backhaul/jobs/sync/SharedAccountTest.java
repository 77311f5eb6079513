/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.backhaul.jobs.coordination.BackhaulPlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.util.Properties;

/** Three syncs of one application to one account, with Spark's own plugin and messages. */
class SharedAccountTest {

  private static final List<String> SYNCS = List.of("acme/contacts", "acme/leads", "acme/people");
  private static final String PLUGIN = BackhaulPlugin.class.getName();

  @TempDir Path home;
  private SyncBed bed;
  private HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Instant> arrived = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void threeSyncs() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    bed = new SyncBed(home);
    for (String sync : SYNCS) {
      bed.file(
          "conf/syncs/" + sync + ".yaml",
          """
          source: {type: delta, path: ./warehouse/customers}
          key: [customer_id]
          destination: crm
          object: %s
          mapping: {email: email}
          """
              .formatted(sync.substring("acme/".length())));
    }
  }

  @AfterEach
  void close() {
    bed.close();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Takes every record but those that are refused. */
  private void answer(HttpExchange exchange) throws IOException {
    arrived.add(Instant.now());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(body.contains("refused") ? 422 : 200, -1);
    exchange.close();
  }

  private void destination(int perSecond, int concurrency) {
    bed.file(
        "conf/destinations/acme/crm.yaml",
        """
        type: http
        url: http://127.0.0.1:%d/api
        batch: {max_records: 1}
        rate: {requests_per_second: %d, concurrency: %d}
        timeout: 30s
        """
            .formatted(server.getAddress().getPort(), perSecond, concurrency));
  }

  private SyncProcess application(Map<String, String> environment, int late, String... settings) {
    List<String> words = new ArrayList<>(List.of(home.toString(), Integer.toString(late)));
    words.addAll(SYNCS);
    return SyncProcess.start(
        home,
        environment,
        Stream.of(settings).map(setting -> "-D" + setting).toList(),
        SeveralSyncs.class,
        words.toArray(String[]::new));
  }

  private List<Instant> arrivals() {
    synchronized (arrived) {
      return arrived.stream().sorted().toList();
    }
  }

  /** In any such time; a second of a busy machine says more of its threads than of the rate. */
  private static int most(Duration time, List<Instant> arrivals) {
    int most = 0;
    for (int from = 0, to = 0; to < arrivals.size(); to++) {
      while (!arrivals.get(to).isBefore(arrivals.get(from).plus(time))) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  private String page() {
    try {
      return Files.readString(home.resolve(SeveralSyncs.METRICS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Name to value, of a plugin's metrics. */
  private Map<String, Double> metrics() {
    String prefix =
        "metrics_backhaul_driver_plugin_" + PLUGIN.replaceAll("[^a-zA-Z0-9]", "_") + "_";
    return page()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).split("[{}]", 3))
        .collect(
            Collectors.toMap(
                parts -> parts[0],
                parts -> Double.parseDouble(parts[2].strip()),
                (one, other) -> one,
                TreeMap::new));
  }

  @Test
  void inALocalSessionTheyKeepToOneRateAndPrometheusSeesThem() throws Exception {
    int rows = 40;
    bed.customers(rows);
    bed.edit("UPDATE customers SET email = 'refused@example.com' WHERE customer_id = 7");
    destination(50, 4);
    try (SyncProcess application =
        application(
            Map.of(),
            0,
            "spark.ui.enabled=true",
            "spark.ui.port=0",
            "spark.metrics.namespace=backhaul",
            "spark.metrics.conf.*.sink.prometheusServlet.class="
                + "org.apache.spark.metrics.sink.PrometheusServlet",
            "spark.metrics.conf.*.sink.prometheusServlet.path=/metrics/prometheus")) {
      assertThat(application.exitCode()).as(application::output).isZero();
    }

    assertThat(arrivals()).hasSize(3 * rows);
    assertThat(most(Duration.ofSeconds(1), arrivals())).isLessThanOrEqualTo(55);
    Map<String, Double> metrics = metrics();
    assertThat(metrics)
        .as(() -> page())
        .containsEntry("all_calls_Count", 3.0 * rows)
        .containsEntry("acme_leads_crm_calls_Count", 1.0 * rows)
        .containsEntry("acme_leads_crm_applied_Count", rows - 1.0)
        .containsEntry("acme_leads_crm_rejected_Count", 1.0)
        .containsEntry("acme_leads_crm_failed_calls_Count", 0.0)
        .containsEntry("acme_crm_circuit_open_Value", 0.0)
        .containsEntry("acme_crm_circuit_openings_Value", 0.0)
        .containsEntry("executor_all_calls_Count", 3.0 * rows);
    assertThat(metrics.get("all_rate_waits_Count")).isPositive();
    assertThat(metrics.get("all_rate_wait_millis_Count")).isPositive();
  }

  private List<Instant> withExecutorsThatComeLate(String plugins) throws Exception {
    bed.customers(200);
    destination(20, 12);
    Files.createDirectories(home.resolve("spark/jars"));
    String scala = Properties.versionNumberString();
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            home.resolve("spark").toString(),
            "SPARK_SCALA_VERSION",
            scala.substring(0, scala.lastIndexOf('.')),
            "SPARK_LOCAL_IP",
            "127.0.0.1");
    try (SyncProcess application =
        application(
            environment,
            3,
            "spark.plugins=" + plugins,
            "spark.master=local-cluster[4,1,512]",
            "spark.executor.memory=512m",
            "spark.executor.cores=1",
            "spark.default.parallelism=4",
            "spark.executor.extraClassPath=" + System.getProperty("java.class.path"),
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.ui.enabled=false",
            "spark.locality.wait=0",
            "spark.sql.catalogImplementation=in-memory",
            "spark.sql.warehouse.dir=" + home.resolve("warehouse"),
            "spark.sql.shuffle.partitions=2",
            "spark.databricks.delta.snapshotPartitions=2")) {
      assertThat(application.exitCode()).as(application::output).isZero();
    }
    List<Instant> arrivals = arrivals();
    assertThat(arrivals).hasSize(3 * 200);
    System.out.println(
        "most in 1 s: "
            + most(Duration.ofSeconds(1), arrivals)
            + ", in 5 s: "
            + most(Duration.ofSeconds(5), arrivals)
            + ", in all "
            + Duration.between(arrivals.get(0), arrivals.get(arrivals.size() - 1)));
    return arrivals;
  }

  @Test
  @Tag("faults")
  void fourExecutorsAndThreeSyncsStayWithinTheRateThoughThreeOfThemComeLate() throws Exception {
    List<Instant> arrivals = withExecutorsThatComeLate(PLUGIN);

    assertThat(most(Duration.ofSeconds(5), arrivals)).isBetween(90, 110);
  }

  @Test
  @Tag("faults")
  void theTwinWithoutThePluginSendsFarMoreOnceTheyHaveCome() throws Exception {
    List<Instant> arrivals = withExecutorsThatComeLate("");

    assertThat(most(Duration.ofSeconds(5), arrivals)).isGreaterThan(150);
  }
}
