"""What Vercel tells the partner: events from state changes, deliveries, retries."""
