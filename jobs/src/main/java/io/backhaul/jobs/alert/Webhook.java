/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.alert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.spec.AlertSpec;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Posts alerts to an address, while the caller goes on. One that is not taken is tried twice more;
 * if it is not taken then, either, that is said, and nothing is thrown. Thread-safe.
 */
public final class Webhook implements AutoCloseable {

  private static final int ATTEMPTS = 3;

  private final AlertSpec to;
  private final Duration pause;
  private final Consumer<String> warnings;
  private final HttpClient client;
  private final Retry retry;
  private final ScheduledExecutorService pauses =
      Executors.newSingleThreadScheduledExecutor(Webhook::thread);
  private final Set<Posting> underWay = ConcurrentHashMap.newKeySet();

  /**
   * A webhook, which waits a second before the second attempt and two before the third.
   *
   * @param warnings hears of an alert that was not taken, without the address
   */
  public Webhook(AlertSpec to, Consumer<String> warnings) {
    this(to, Duration.ofSeconds(1), warnings);
  }

  Webhook(AlertSpec to, Duration pause, Consumer<String> warnings) {
    this.to = to;
    this.pause = pause;
    this.warnings = warnings;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(to.timeout())
            .build();
    this.retry =
        Retry.of(
            "alerts",
            RetryConfig.<HttpResponse<Void>>custom()
                .maxAttempts(ATTEMPTS)
                .intervalFunction(IntervalFunction.ofExponentialBackoff(pause, 2))
                .retryOnResult(Webhook::refused)
                .build());
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "backhaul-alerts");
    thread.setDaemon(true);
    return thread;
  }

  /** An alert that is neither taken nor given up; equal to none but itself. */
  private static final class Posting {
    private final Alert alert;
    private CompletableFuture<Void> end;

    private Posting(Alert alert) {
      this.alert = alert;
    }
  }

  /** Hands an alert over; returns at once. */
  public void send(Alert alert) {
    HttpRequest request =
        HttpRequest.newBuilder(to.webhook())
            .timeout(to.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json(alert)))
            .build();
    Posting posting = new Posting(alert);
    underWay.add(posting);
    posting.end =
        retry
            .executeCompletionStage(
                pauses, () -> client.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
            .toCompletableFuture()
            .handle(
                (answer, error) -> {
                  if (error != null) {
                    end(posting, why(error));
                  } else {
                    end(posting, refused(answer) ? "answered " + answer.statusCode() : null);
                  }
                  return null;
                });
  }

  /** Slack shows the text (api.slack.com/incoming-webhooks); programs read the rest. */
  private static String json(Alert alert) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("text", alert.text())
        .put("event", alert.event())
        .put("tenant", alert.tenant())
        .put("sync", alert.sync())
        .put("error", alert.error())
        .put("at", alert.at().toString());
    return node.toString();
  }

  /** Waits until all alerts are taken or given up, no longer than the attempts may take. */
  @Override
  public void close() {
    Duration longest = to.timeout().multipliedBy(ATTEMPTS).plus(pause.multipliedBy(ATTEMPTS));
    List<Posting> last = List.copyOf(underWay);
    try {
      CompletableFuture.allOf(
              last.stream().map(posting -> posting.end).toArray(CompletableFuture[]::new))
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      last.forEach(posting -> end(posting, "did not answer in time"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an alert's end is never a failure", e);
    } finally {
      pauses.shutdownNow();
    }
  }

  private static boolean refused(HttpResponse<Void> answer) {
    return answer.statusCode() / 100 != 2;
  }

  private static String why(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return "could not be reached (" + cause.getClass().getSimpleName() + ")";
  }

  /** Says once why it was not taken, if it was not. */
  private void end(Posting posting, String why) {
    if (!underWay.remove(posting) || why == null) {
      return;
    }
    Alert alert = posting.alert;
    warnings.accept(
        "an alert (%s %s/%s) was not delivered: %s %s; check alerts.webhook in backhaul.yaml"
            .formatted(alert.event(), alert.tenant(), alert.sync(), to.webhook().getHost(), why));
  }
}
