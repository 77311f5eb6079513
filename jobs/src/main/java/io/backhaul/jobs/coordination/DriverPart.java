/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.backhaul.destination.send.account.AccountAnswer;
import io.backhaul.destination.send.account.AccountRequest;
import io.backhaul.destination.send.account.Accounts;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/**
 * The plugin in the driver: keeps all destination accounts of the application and adds up what its
 * executors count. Spark hands it one message at a time, so each is answered without waiting for
 * anything.
 */
final class DriverPart implements DriverPlugin {

  private final Accounts accounts = new Accounts(Clock.systemUTC());
  private MetricRegistry metrics = new MetricRegistry();

  @Override
  public Map<String, String> init(SparkContext context, PluginContext plugin) {
    metrics = plugin.metricRegistry();
    Activity.begin(metrics, "");
    context.addSparkListener(
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            accounts.lost(removed.executorId());
          }
        });
    Coordination.driver(accounts);
    return Map.of();
  }

  /** What asks gets an answer; to what only tells Spark wants none. */
  @Override
  public Object receive(Object message) throws IOException {
    Serializable told = Message.read(message, Serializable.class);
    if (told instanceof Counted counted) {
      Activity.add(metrics, "", counted);
      return null;
    }
    if (told instanceof AccountRequest request) {
      AccountAnswer answer = accounts.ask(request);
      if (request instanceof AccountRequest.Join) {
        show(request.account());
      }
      return request.asks() ? Message.of(answer) : null;
    }
    throw new IOException("another version of Backhaul sent a message");
  }

  private void show(String account) {
    String prefix = account.replace('/', '.') + ".circuit_";
    Gauge<Integer> open = () -> open(account);
    Gauge<Long> openings = () -> accounts.openings(account);
    metrics.gauge(prefix + "open", () -> open);
    metrics.gauge(prefix + "openings", () -> openings);
  }

  /** 0 for a closed circuit, 1 for an open one and for one that a single call tries. */
  private int open(String account) {
    return accounts.circuit(account).map(c -> c.state().equals("closed") ? 0 : 1).orElse(0);
  }

  @Override
  public void shutdown() {
    Coordination.driver(null);
  }
}
