"""Machines for cluster.py: namespaces, processes, databases, a balancer and replicas."""
